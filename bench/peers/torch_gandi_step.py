"""GANDI's setting 9 (one turn of each player, batch 12) in PyTorch eager, fresh rows and noise drawn at every step.
Prints one JSON line: milliseconds a step, the median of five stretches.   python torch_gandi_step.py --steps 2000"""
import argparse, json, statistics, time
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as entropy

parser = argparse.ArgumentParser()
parser.add_argument("--steps", type=int, default=2000)
parser.add_argument("--threads", type=int, default=1)
options = parser.parse_args()
torch.manual_seed(0)
torch.set_num_threads(options.threads)


class Minibatch(nn.Module):
    """Minibatch discrimination, 5 kernels of 3 dimensions."""

    def __init__(self):
        super().__init__()
        self.places = nn.Linear(5, 15)

    def forward(self, x):
        m = self.places(x).view(-1, 5, 3)
        near = torch.exp(-(m.unsqueeze(1) - m.unsqueeze(0)).abs().sum(3)).sum(1)
        return torch.cat([x, near], 1)


generator = nn.Sequential(
    nn.Linear(1, 25), nn.Softplus(), nn.Linear(25, 25), nn.Softplus(), nn.Linear(25, 20), nn.Softplus(),
    nn.Linear(20, 10), nn.Softplus(), nn.Linear(10, 1))
discriminator = nn.Sequential(nn.Linear(1, 5), nn.Tanh(), Minibatch(), nn.Linear(10, 1))
players = [torch.optim.Adam(net.parameters(), lr=1e-3) for net in (discriminator, generator)]
ones, zeros = torch.ones(12, 1), torch.zeros(12, 1)


def step():
    x, z = 4 + torch.randn(12, 1), 16 * torch.rand(12, 1) - 8
    players[0].zero_grad()
    loss = entropy(discriminator(x), ones) + entropy(discriminator(generator(z).detach()), zeros)
    loss.backward()
    players[0].step()
    z = 16 * torch.rand(12, 1) - 8
    players[1].zero_grad()
    loss = entropy(discriminator(generator(z)), ones)
    loss.backward()
    players[1].step()


for _ in range(100):
    step()
times = []
for _ in range(5):
    began = time.perf_counter()
    for _ in range(options.steps // 5):
        step()
    times.append((time.perf_counter() - began) / (options.steps // 5) * 1000)
print(json.dumps({"ms_per_step": statistics.median(times), "torch": torch.__version__}))
