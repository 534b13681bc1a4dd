# Times one EGBAD training step (KDD networks) in PyTorch on the CPU; prints one JSON line.
# The recipe is the published one: one discriminator step, then generator and encoder together, fresh z for each,
# dropout in all of them, Adam(1e-5, beta1 0.5) and an exponential moving average of all three networks.
# Written for speed: plain functions instead of modules, both halves of a pair batch in one pass, fused Adam, foreach
# average, and noise drawn in one call a pass (nn.Dropout's own generator costs three times as much a number here).
import argparse
import json
import os
import statistics
import time

parser = argparse.ArgumentParser()
parser.add_argument("--batch", type=int, default=50)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--mode", choices=["eager", "compile"], default="eager")
parser.add_argument("--steps", type=int, default=1000)
args = parser.parse_args()
os.environ["OMP_NUM_THREADS"] = str(args.threads)  # must be set before torch is loaded

import torch  # noqa: E402
from torch.nn.functional import binary_cross_entropy_with_logits as bce  # noqa: E402
from torch.nn.functional import leaky_relu, linear, relu  # noqa: E402

torch.set_num_threads(args.threads)
torch.manual_seed(7)
COLUMNS, LATENT, ROWS, CHUNKS, DROP, EMA = 121, 32, 20_000, 10, 0.2, 0.9999


def dense(inputs, outputs):
    weight = torch.nn.init.xavier_uniform_(torch.empty(outputs, inputs))
    return [weight.requires_grad_(), torch.zeros(outputs, requires_grad=True)]


# Parameters of each network, one [weight, bias] after the other.
E = dense(COLUMNS, 64) + dense(64, LATENT)
G = dense(LATENT, 64) + dense(64, 128) + dense(128, COLUMNS)
D = dense(COLUMNS, 128) + dense(LATENT, 128) + dense(256, 128) + dense(128, 1)
D_FIXED = [p.detach() for p in D]  # the same memory: D as the other two see it, with no gradient of its own


def encode(e, x):
    return linear(leaky_relu(linear(x, *e[:2]), 0.1), *e[2:])


def generate(g, z):
    return linear(relu(linear(relu(linear(z, *g[:2])), *g[2:4])), *g[4:])


def discriminate(d, x, z, masks):
    branch_x = leaky_relu(linear(x, *d[:2]), 0.1) * masks[0]
    branch_z = leaky_relu(linear(z, *d[2:4]), 0.1) * masks[1]
    joint = leaky_relu(linear(torch.cat([branch_x, branch_z], 1), *d[4:6]), 0.1) * masks[2]
    return linear(joint, *d[6:])


def loss_d(d, e, g, x, z, masks, real):
    with torch.no_grad():  # only D moves here
        xs, zs = torch.cat([x, generate(g, z)]), torch.cat([encode(e, x), z])
    return 2 * bce(discriminate(d, xs, zs, masks), real)  # the mean over both halves, times 2, is their sum


def loss_ge(ge, d, x, z, masks, fake):
    """L_G + L_E: L_G does not depend on E nor L_E on G, so the gradient of the sum is each network's own gradient."""
    e, g = ge[: len(E)], ge[len(E) :]
    xs, zs = torch.cat([x, generate(g, z)]), torch.cat([encode(e, x), z])
    return 2 * bce(discriminate(d, xs, zs, masks), fake)


def gradients(loss):
    """The function that gives d loss / d first argument; compiled, the whole of it is one graph."""
    if args.mode == "compile":
        return torch.compile(torch.func.grad(loss), fullgraph=True, dynamic=False)
    return lambda params, *rest: torch.autograd.grad(loss(params, *rest), params)


gradient_d, gradient_ge = gradients(loss_d), gradients(loss_ge)
params = D + E + G
shadow = [p.detach().clone() for p in params]
# G and E share one optimiser: Adam works element by element, so this equals two and costs one call less.
adam_d, adam_ge = (torch.optim.Adam(p, lr=1e-5, betas=(0.5, 0.999), fused=True) for p in (D, E + G))
real = torch.cat([torch.ones(args.batch, 1), torch.zeros(args.batch, 1)])  # targets of (x, E(x)), then of (G(z), z)
fake = 1 - real


def noise():
    """Fresh z, and the dropout masks of D for both halves, scaled by 1 / (1 - rate)."""
    masks = torch.rand(3, 2 * args.batch, 128).ge_(DROP).mul_(1 / (1 - DROP))
    return torch.randn(args.batch, LATENT), masks


def descend(optimiser, parameters, slopes):
    for p, slope in zip(parameters, slopes):
        p.grad = slope
    optimiser.step()


def step(x_d, x_ge):
    descend(adam_d, D, gradient_d(D, E, G, x_d, *noise(), real))
    descend(adam_ge, E + G, gradient_ge(E + G, D_FIXED, x_ge, *noise(), fake))
    with torch.no_grad():
        torch._foreach_lerp_(shadow, params, 1 - EMA)


data = torch.rand(ROWS, COLUMNS)


def run(steps):
    """Milliseconds a step; each step takes its two batches from two independent permutations of the rows."""
    started = time.perf_counter()
    done = 0
    while done < steps:
        for a, b in zip(torch.randperm(ROWS).split(args.batch), torch.randperm(ROWS).split(args.batch)):
            if done < steps and len(a) == args.batch:
                step(data[a], data[b])
                done += 1
    return (time.perf_counter() - started) / steps * 1e3


started = time.perf_counter()
run(max(20, args.steps // 10))
warm_up = time.perf_counter() - started
per_chunk = max(1, args.steps // CHUNKS)
times = [run(per_chunk) for _ in range(CHUNKS)]
if not all(torch.isfinite(p).all() for p in params):
    raise SystemExit("a parameter is no longer finite")
print(
    json.dumps(
        {
            "peer": f"torch {torch.__version__} {args.mode}",
            "work": "egbad step, 121 columns",
            "batch": args.batch,
            "threads": args.threads,
            "ms_per_step": round(statistics.median(times), 3),
            "ms_best_chunk": round(min(times), 3),
            "steps": per_chunk * CHUNKS,
            "warm_up_s": round(warm_up, 2),
        }
    )
)
