# Times one GANomaly training step (32×32 networks, 64 filters) in PyTorch on the CPU; prints one JSON line.
# The recipe is the published one: encoder, decoder, encoder forward, then the generator's step on 1·adversarial +
# 50·contextual + 1·encoder loss, then the discriminator's step on the same pictures; Adam(2e-4, beta1 0.5) for both.
# Written for speed: the discriminator sees the real and the generated pictures once for both steps (the published code
# runs it four times), the generator's step takes no gradient of the discriminator's weights, and Adam is fused.
import argparse
import json
import os
import statistics
import time

parser = argparse.ArgumentParser()
parser.add_argument("--batch", type=int, default=64)
parser.add_argument("--channels", type=int, default=3)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--layout", choices=["contiguous", "channels_last"], default="contiguous")
parser.add_argument("--mode", choices=["eager", "compile"], default="eager")
parser.add_argument("--steps", type=int, default=40)
args = parser.parse_args()
os.environ["OMP_NUM_THREADS"] = str(args.threads)  # must be set before torch is loaded

import torch  # noqa: E402
from torch.nn import BatchNorm2d, Conv2d, ConvTranspose2d, LeakyReLU, ReLU, Sequential, Tanh  # noqa: E402
from torch.nn.functional import binary_cross_entropy_with_logits as bce  # noqa: E402

torch.set_num_threads(args.threads)
torch.manual_seed(7)
LATENT, ROWS, CHUNKS = 100, 1024, 10
layout = torch.channels_last if args.layout == "channels_last" else torch.contiguous_format


def halve(inputs, outputs):
    return [Conv2d(inputs, outputs, 4, 2, 1, bias=False), BatchNorm2d(outputs), LeakyReLU(0.2, inplace=True)]


def features(channels):
    first = [Conv2d(channels, 64, 4, 2, 1, bias=False), LeakyReLU(0.2, inplace=True)]
    return Sequential(*first, *halve(64, 128), *halve(128, 256))


def encoder(channels, outputs):
    return Sequential(features(channels), Conv2d(256, outputs, 4, 1, 0, bias=False))


def double(inputs, outputs):
    return [ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=False), BatchNorm2d(outputs), ReLU(inplace=True)]


def decoder(channels):
    first = [ConvTranspose2d(LATENT, 256, 4, 1, 0, bias=False), BatchNorm2d(256), ReLU(inplace=True)]
    last = [ConvTranspose2d(64, channels, 4, 2, 1, bias=False), Tanh()]
    return Sequential(*first, *double(256, 128), *double(128, 64), *last)


class Generator(torch.nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.first, self.back, self.second = encoder(channels, LATENT), decoder(channels), encoder(channels, LATENT)

    def forward(self, x):
        z = self.first(x)
        again = self.back(z)
        return again, z, self.second(again)


class Discriminator(torch.nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.features, self.last = features(channels), Conv2d(256, 1, 4, 1, 0, bias=False)

    def forward(self, x):
        f = self.features(x)
        return self.last(f).flatten(), f


g, d = (net(args.channels).to(memory_format=layout) for net in (Generator, Discriminator))
adam_g, adam_d = (torch.optim.Adam(net.parameters(), lr=2e-4, betas=(0.5, 0.999), fused=True) for net in (g, d))
weights_g, weights_d = list(g.parameters()), list(d.parameters())
real, fake = torch.ones(args.batch), torch.zeros(args.batch)


def losses(x):
    again, z, z_again = g(x)
    on_real, f_real = d(x)
    on_fake, f_again = d(again)
    adversarial = (f_real.detach() - f_again).square().mean()
    loss_g = adversarial + 50 * (x - again).abs().mean() + (z - z_again).square().mean()
    return loss_g, (bce(on_real, real) + bce(on_fake, fake)) / 2


if args.mode == "compile":
    losses = torch.compile(losses, dynamic=False)


def descend(optimiser, parameters, slopes):
    for p, slope in zip(parameters, slopes):
        p.grad = slope
    optimiser.step()


def step(x):
    loss_g, loss_d = losses(x)
    descend(adam_g, weights_g, torch.autograd.grad(loss_g, weights_g, retain_graph=True))
    descend(adam_d, weights_d, torch.autograd.grad(loss_d, weights_d))


data = torch.rand(ROWS, args.channels, 32, 32).to(memory_format=layout)


def run(steps):
    started = time.perf_counter()
    done = 0
    while done < steps:
        for rows in torch.randperm(ROWS).split(args.batch):
            if done < steps and len(rows) == args.batch:
                step(data[rows])
                done += 1
    return (time.perf_counter() - started) / steps * 1e3


started = time.perf_counter()
run(max(3, args.steps // 10))
warm_up = time.perf_counter() - started
per_chunk = max(1, args.steps // CHUNKS)
times = [run(per_chunk) for _ in range(CHUNKS)]
if not all(torch.isfinite(p).all() for p in weights_g + weights_d):
    raise SystemExit("a parameter is no longer finite")
print(
    json.dumps(
        {
            "peer": f"torch {torch.__version__} {args.mode}",
            "work": f"ganomaly step, 32x32, {args.channels} channels",
            "batch": args.batch,
            "threads": args.threads,
            "layout": args.layout,
            "ms_per_step": round(statistics.median(times), 1),
            "ms_best_chunk": round(min(times), 1),
            "steps": per_chunk * CHUNKS,
            "warm_up_s": round(warm_up, 2),
        }
    )
)
