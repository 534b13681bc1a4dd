# Times AnoGAN's search for latent codes (MNIST networks) in PyTorch on the CPU; prints one JSON line.
# For a batch of pictures, Adam moves z so that the generator's picture and the discriminator's features of it come near
# those of the query: 0.9·Σ|x - G(z)| + 0.1·Σ|f(x) - f(G(z))|. Weights are frozen, batch norm uses its running values.
# Written for speed: no gradient of any weight, batch norm folded into the layer before it, f(x) computed once.
import argparse
import json
import os
import statistics
import time

parser = argparse.ArgumentParser()
parser.add_argument("--batch", type=int, default=100)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--layout", choices=["contiguous", "channels_last"], default="contiguous")
parser.add_argument("--mode", choices=["eager", "compile"], default="eager")
parser.add_argument("--steps", type=int, default=500)
args = parser.parse_args()
os.environ["OMP_NUM_THREADS"] = str(args.threads)  # must be set before torch is loaded

import torch  # noqa: E402
from torch.nn import Conv2d, ConvTranspose2d, Flatten, LeakyReLU, Linear, ReLU, Sequential, Tanh, Unflatten  # noqa: E402

torch.set_num_threads(args.threads)
torch.manual_seed(7)
LATENT, CHUNKS = 200, 10
layout = torch.channels_last if args.layout == "channels_last" else torch.contiguous_format

generator = Sequential(
    *[Linear(LATENT, 1024), ReLU(), Linear(1024, 128 * 7 * 7), ReLU(), Unflatten(1, (128, 7, 7))],
    *[ConvTranspose2d(128, 64, 4, 2, 1), ReLU(), ConvTranspose2d(64, 1, 4, 2, 1), Tanh()],
)
features = Sequential(
    *[Conv2d(1, 64, 4, 2, 1), LeakyReLU(0.1), Conv2d(64, 64, 4, 2, 1), LeakyReLU(0.1)],
    *[Flatten(), Linear(64 * 7 * 7, 1024), LeakyReLU(0.1)],
)
for net in (generator, features):
    net.to(memory_format=layout).requires_grad_(False)

x = torch.rand(args.batch, 1, 28, 28).to(memory_format=layout) * 2 - 1
with torch.no_grad():
    of_x = features(x)
z = torch.randn(args.batch, LATENT, requires_grad=True)
adam = torch.optim.Adam([z], lr=0.01, fused=True)


def loss(z):
    made = generator(z)
    return 0.9 * (x - made).abs().sum() + 0.1 * (of_x - features(made)).abs().sum()


if args.mode == "compile":
    loss = torch.compile(loss, dynamic=False)


def run(steps):
    started = time.perf_counter()
    for _ in range(steps):
        (z.grad,) = torch.autograd.grad(loss(z), [z])
        adam.step()
    return (time.perf_counter() - started) / steps * 1e3


started = time.perf_counter()
run(max(5, args.steps // 10))
warm_up = time.perf_counter() - started
per_chunk = max(1, args.steps // CHUNKS)
times = [run(per_chunk) for _ in range(CHUNKS)]
if not torch.isfinite(z).all():
    raise SystemExit("a code is no longer finite")
print(
    json.dumps(
        {
            "peer": f"torch {torch.__version__} {args.mode}",
            "work": "anogan search step, 28x28",
            "batch": args.batch,
            "threads": args.threads,
            "layout": args.layout,
            "ms_per_step": round(statistics.median(times), 2),
            "ms_best_chunk": round(min(times), 2),
            "steps": per_chunk * CHUNKS,
            "warm_up_s": round(warm_up, 2),
        }
    )
)
