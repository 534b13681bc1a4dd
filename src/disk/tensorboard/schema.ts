// The part of TensorBoard's messages that we write (field numbers of event.proto, summary.proto and histogram.proto).
//
// Of the two forms in which values may be written we take the older one, fields of their own (`simple_value`, `histo`,
// `image`), not tensors with a plugin's name. TensorBoard turns it into the newer when it reads (its data_compat.py, and its
// data server likewise), so Time Series and the other pages show both the same; but only the older one is found under
// `Scalars`, `Histograms` and `Images` of its EventAccumulator, which is what scripts read event files with. PyTorch's writer
// takes it too.

import protobuf from "protobufjs";

const proto = `
syntax = "proto2";
message Event {
  optional double wall_time = 1; optional int64 step = 2; optional string file_version = 3; optional Summary summary = 5;
  optional SessionLog session_log = 7;
}
message SessionLog { optional int32 status = 1; }
message Summary {
  message Image {
    optional int32 height = 1; optional int32 width = 2; optional int32 colorspace = 3;
    optional bytes encoded_image_string = 4;
  }
  message Value {
    optional string tag = 1; optional float simple_value = 2; optional Image image = 4; optional HistogramProto histo = 5;
  }
  repeated Value value = 1;
}
message HistogramProto {
  optional double min = 1; optional double max = 2; optional double num = 3; optional double sum = 4;
  optional double sum_squares = 5;
  repeated double bucket_limit = 6 [packed = true]; repeated double bucket = 7 [packed = true];
}
`;

export interface HistogramMessage {
  readonly min: number;
  readonly max: number;
  readonly num: number;
  readonly sum: number;
  readonly sum_squares: number;
  /** Right edge of each bucket; the first begins at `min`. */
  readonly bucket_limit: readonly number[];
  readonly bucket: readonly number[];
}

export interface ImageMessage {
  readonly height: number;
  readonly width: number;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA. */
  readonly colorspace: number;
  readonly encoded_image_string: Uint8Array;
}

export type ValueMessage = { readonly tag: string } & (
  | { readonly simple_value: number }
  | { readonly histo: HistogramMessage }
  | { readonly image: ImageMessage }
);

/** SessionLog.START. */
export const START = 1;

export interface EventMessage {
  /** Seconds since 1970. */
  readonly wall_time: number;
  readonly step?: number;
  readonly file_version?: string;
  readonly session_log?: { readonly status: typeof START };
  readonly summary?: { readonly value: readonly ValueMessage[] };
}

const event = protobuf.parse(proto, { keepCase: true }).root.lookupType("Event");

export const encodeEvent = (message: EventMessage): Uint8Array => event.encode(message).finish();
