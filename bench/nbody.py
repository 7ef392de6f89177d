"""Five planets pulling at each other: floats in small lists, unpacked in a loop
over all pairs."""

from itertools import combinations

EXPECTED = -0.169081272

SOLAR_MASS = 39.47841760435743
DAYS = 365.24

# position, velocity per day, mass in suns
BODIES = [
    ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], 1.0),
    ([4.84143144246472090, -1.16032004402742839, -0.103622044471123109],
     [0.00166007664274403694, 0.00769901118419740425, -0.0000690460016972063023],
     0.000954791938424326609),
    ([8.34336671824457987, 4.12479856412430479, -0.403523417114321381],
     [-0.00276742510726411462, 0.00499852801234917238, 0.0000230417297573763929],
     0.000285885980666130812),
    ([12.8943695621391310, -15.1111514016986312, -0.223307578892655734],
     [0.00296460137564761618, 0.00237847173959480950, -0.0000296589568540237556],
     0.0000436624404335156298),
    ([15.3796971148509165, -25.9193146099879641, 0.179258772950371181],
     [0.00268067772490389322, 0.00162824170038242295, -0.0000951592254519715870],
     0.0000515138902046611451),
]


def solar_system():
    bodies = [(list(position), [v * DAYS for v in velocity], mass * SOLAR_MASS)
              for position, velocity, mass in BODIES]
    momentum = [0.0, 0.0, 0.0]
    for _, velocity, mass in bodies:
        for axis in range(3):
            momentum[axis] += velocity[axis] * mass
    bodies[0][1][:] = [-p / SOLAR_MASS for p in momentum]
    return bodies


def advance(bodies, steps, dt):
    pairs = list(combinations(bodies, 2))
    for _ in range(steps):
        for ([x1, y1, z1], v1, m1), ([x2, y2, z2], v2, m2) in pairs:
            dx = x1 - x2
            dy = y1 - y2
            dz = z1 - z2
            magnitude = dt * (dx * dx + dy * dy + dz * dz) ** -1.5
            pull1 = m1 * magnitude
            pull2 = m2 * magnitude
            v1[0] -= dx * pull2
            v1[1] -= dy * pull2
            v1[2] -= dz * pull2
            v2[0] += dx * pull1
            v2[1] += dy * pull1
            v2[2] += dz * pull1
        for position, (vx, vy, vz), _ in bodies:
            position[0] += dt * vx
            position[1] += dt * vy
            position[2] += dt * vz


def energy(bodies):
    total = 0.0
    for _, (vx, vy, vz), mass in bodies:
        total += 0.5 * mass * (vx * vx + vy * vy + vz * vz)
    for ([x1, y1, z1], _, m1), ([x2, y2, z2], _, m2) in combinations(bodies, 2):
        dx, dy, dz = x1 - x2, y1 - y2, z1 - z2
        total -= m1 * m2 / (dx * dx + dy * dy + dz * dz) ** 0.5
    return total


def run(steps=150_000):
    bodies = solar_system()
    advance(bodies, steps, 0.01)
    return round(energy(bodies), 9)


if __name__ == "__main__":
    print(run())
