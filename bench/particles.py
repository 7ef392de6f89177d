"""Particles in a box: dataclasses whose float attributes change at every step."""

import random
from dataclasses import dataclass

EXPECTED = "250599 94928.399348"


@dataclass
class Particle:
    x: float
    y: float
    vx: float
    vy: float
    mass: float = 1.0
    bounces: int = 0

    def move(self, dt):
        self.x += self.vx * dt
        self.y += self.vy * dt

    def energy(self):
        return 0.5 * self.mass * (self.vx * self.vx + self.vy * self.vy)


@dataclass
class Box:
    width: float
    height: float
    gravity: float = -9.81

    def keep_inside(self, particle):
        if particle.x < 0.0 or particle.x > self.width:
            particle.vx = -particle.vx
            particle.x = min(max(particle.x, 0.0), self.width)
            particle.bounces += 1
        if particle.y < 0.0 or particle.y > self.height:
            particle.vy = -particle.vy * 0.9
            particle.y = min(max(particle.y, 0.0), self.height)
            particle.bounces += 1


def simulate(particles, box, steps, dt):
    for _ in range(steps):
        for particle in particles:
            particle.vy += box.gravity * dt
            particle.move(dt)
            box.keep_inside(particle)


def run(count=1_000, steps=3_500):
    rng = random.Random(17)
    box = Box(100.0, 50.0)
    particles = [Particle(rng.uniform(0.0, 100.0), rng.uniform(0.0, 50.0),
                          rng.uniform(-20.0, 20.0), rng.uniform(-20.0, 20.0), rng.uniform(0.5, 2.0))
                 for _ in range(count)]
    simulate(particles, box, steps, 0.01)
    energy = 0.0
    bounces = 0
    for particle in particles:
        energy += particle.energy()
        bounces += particle.bounces
    return f"{bounces} {energy:.6f}"


if __name__ == "__main__":
    print(run())
