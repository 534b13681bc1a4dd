// onnxruntime-node reports its use to its maker over the network, and leaves log files in $TMPDIR, unless this is set before it
// is loaded. Worker threads see what the main thread has set. Whoever wants the reports sets it to 0.

process.env.ORT_DISABLE_TELEMETRY ??= "1";
