"""A small ray tracer: a Vector class with operators, polymorphic shapes, reflection."""

import math

EXPECTED = 112431.5622


class Vector:
    def __init__(self, x, y, z):
        self.x = x
        self.y = y
        self.z = z

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y, self.z - other.z)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor, self.z * factor)

    def __neg__(self):
        return Vector(-self.x, -self.y, -self.z)

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z

    def length(self):
        return math.sqrt(self.dot(self))

    def normalized(self):
        return self * (1.0 / self.length())

    def reflected(self, normal):
        return self - normal * (2.0 * self.dot(normal))


class Ray:
    def __init__(self, origin, direction):
        self.origin = origin
        self.direction = direction.normalized()

    def at(self, distance):
        return self.origin + self.direction * distance


class Sphere:
    def __init__(self, centre, radius, colour, mirror):
        self.centre = centre
        self.radius = radius
        self.colour = colour
        self.mirror = mirror

    def distance(self, ray):
        to_centre = self.centre - ray.origin
        along = to_centre.dot(ray.direction)
        inside = self.radius * self.radius - (to_centre.dot(to_centre) - along * along)
        if inside < 0.0:
            return None
        distance = along - math.sqrt(inside)
        return distance if distance > 1e-6 else None

    def normal(self, point):
        return (point - self.centre).normalized()

    def colour_at(self, point):
        return self.colour


class Floor:
    mirror = 0.1

    def __init__(self, height):
        self.height = height
        self.up = Vector(0.0, 1.0, 0.0)

    def distance(self, ray):
        if abs(ray.direction.y) < 1e-9:
            return None
        distance = (self.height - ray.origin.y) / ray.direction.y
        return distance if distance > 1e-6 else None

    def normal(self, point):
        return self.up

    def colour_at(self, point):
        if (math.floor(point.x) + math.floor(point.z)) % 2:
            return Vector(0.9, 0.9, 0.9)
        return Vector(0.1, 0.1, 0.1)


class Scene:
    def __init__(self, shapes, light):
        self.shapes = shapes
        self.light = light
        self.sky = Vector(0.4, 0.6, 0.9)

    def nearest(self, ray):
        best, found = math.inf, None
        for shape in self.shapes:
            distance = shape.distance(ray)
            if distance is not None and distance < best:
                best, found = distance, shape
        return found, best

    def colour(self, ray, depth=0):
        shape, distance = self.nearest(ray)
        if shape is None:
            return self.sky
        point = ray.at(distance)
        normal = shape.normal(point)
        to_light = (self.light - point).normalized()
        shadow, _ = self.nearest(Ray(point, to_light))
        brightness = 0.2 if shadow else 0.2 + 0.8 * max(0.0, normal.dot(to_light))
        colour = shape.colour_at(point) * brightness
        if shape.mirror and depth < 3:
            bounced = Ray(point, ray.direction.reflected(normal))
            colour = (colour * (1.0 - shape.mirror)
                      + self.colour(bounced, depth + 1) * shape.mirror)
        return colour


def make_scene():
    shapes = [Floor(-1.0)]
    for i in range(5):
        angle = i * 1.2566
        shapes.append(Sphere(Vector(2.0 * math.cos(angle), -0.3, 6.0 + 2.0 * math.sin(angle)), 0.7,
                             Vector(0.2 * i, 0.5, 1.0 - 0.2 * i), 0.3))
    return Scene(shapes, Vector(-5.0, 8.0, 0.0))


def run(width=320, height=240):
    scene = make_scene()
    eye = Vector(0.0, 0.5, 0.0)
    total = Vector(0.0, 0.0, 0.0)
    for row in range(height):
        for column in range(width):
            direction = Vector(column / width - 0.5, 0.4 - 0.75 * row / height, 1.0)
            total = total + scene.colour(Ray(eye, direction))
    return round(total.x + total.y + total.z, 4)


if __name__ == "__main__":
    print(run())
