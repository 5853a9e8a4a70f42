"""A calculator: text becomes tokens, tokens become a tree, and the tree has a value.

>>> evaluate("2 * (3 + 4) ** 2 - 1")
97.0
"""

import math
import operator
import re
from dataclasses import dataclass

TOKEN_PATTERN = re.compile(
    r"""
    (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
  | (?P<name>[A-Za-z_]\w*)
  | (?P<operator>\*\*|[-+*/%^(),=])
  | (?P<space>\s+)
  | (?P<error>.)
    """,
    re.VERBOSE,
)

CONSTANTS = {"pi": math.pi, "e": math.e, "tau": math.tau, "inf": math.inf}
FUNCTIONS = {
    "sqrt": math.sqrt,
    "sin": math.sin,
    "cos": math.cos,
    "log": math.log,
    "exp": math.exp,
    "abs": abs,
    "min": min,
    "max": max,
}


class CalculatorError(ValueError):
    """Raised for an expression that has no value; carries the position of the culprit."""

    def __init__(self, message, position):
        super().__init__(f"{message} at position {position}")
        self.position = position


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    position: int


def tokenize(source):
    """Yield the tokens of a line, ending with one of kind 'end'."""
    for match in TOKEN_PATTERN.finditer(source):
        kind = match.lastgroup
        if kind == "space":
            continue
        if kind == "error":
            raise CalculatorError(f"unexpected character {match.group()!r}", match.start())
        yield Token(kind, match.group(), match.start())
    yield Token("end", "", len(source))


@dataclass(frozen=True)
class Number:
    value: float

    def evaluate(self, variables):
        return self.value


@dataclass(frozen=True)
class Variable:
    name: str
    position: int

    def evaluate(self, variables):
        if self.name in variables:
            return variables[self.name]
        if self.name in CONSTANTS:
            return CONSTANTS[self.name]
        raise CalculatorError(f"unknown variable '{self.name}'", self.position)


@dataclass(frozen=True)
class Unary:
    operand: object

    def evaluate(self, variables):
        return -self.operand.evaluate(variables)


@dataclass(frozen=True)
class Binary:
    symbol: str
    left: object
    right: object
    position: int

    OPERATORS = {
        "+": operator.add,
        "-": operator.sub,
        "*": operator.mul,
        "/": operator.truediv,
        "%": operator.mod,
        "^": operator.pow,
        "**": operator.pow,
    }

    def evaluate(self, variables):
        left = self.left.evaluate(variables)
        right = self.right.evaluate(variables)
        try:
            return self.OPERATORS[self.symbol](left, right)
        except ZeroDivisionError:
            raise CalculatorError("division by zero", self.position) from None


@dataclass(frozen=True)
class Call:
    name: str
    arguments: tuple
    position: int

    def evaluate(self, variables):
        function = FUNCTIONS.get(self.name)
        if function is None:
            raise CalculatorError(f"unknown function '{self.name}'", self.position)
        return function(*(argument.evaluate(variables) for argument in self.arguments))


class Parser:
    """A recursive descent parser; each precedence level is one method."""

    def __init__(self, source):
        self.tokens = list(tokenize(source))
        self.index = 0

    @property
    def current(self):
        return self.tokens[self.index]

    def advance(self):
        token = self.current
        self.index += 1
        return token

    def accept(self, *symbols):
        if self.current.kind == "operator" and self.current.text in symbols:
            return self.advance()
        return None

    def expect(self, symbol):
        token = self.accept(symbol)
        if token is None:
            raise CalculatorError(f"expected '{symbol}'", self.current.position)
        return token

    def parse(self):
        tree = self.sum()
        if self.current.kind != "end":
            raise CalculatorError(f"unexpected '{self.current.text}'", self.current.position)
        return tree

    def sum(self):
        left = self.product()
        while token := self.accept("+", "-"):
            left = Binary(token.text, left, self.product(), token.position)
        return left

    def product(self):
        left = self.sign()
        while token := self.accept("*", "/", "%"):
            left = Binary(token.text, left, self.sign(), token.position)
        return left

    def sign(self):
        if self.accept("-"):
            return Unary(self.sign())
        self.accept("+")
        return self.power()

    def power(self):
        base = self.atom()
        if token := self.accept("**", "^"):
            return Binary(token.text, base, self.sign(), token.position)
        return base

    def atom(self):
        token = self.advance()
        if token.kind == "number":
            return Number(float(token.text))
        if token.kind == "name":
            return self.call(token) if self.accept("(") else Variable(token.text, token.position)
        if token.kind == "operator" and token.text == "(":
            inside = self.sum()
            self.expect(")")
            return inside
        raise CalculatorError("expected a number or a name", token.position)

    def call(self, name):
        arguments = []
        if not self.accept(")"):
            arguments.append(self.sum())
            while self.accept(","):
                arguments.append(self.sum())
            self.expect(")")
        return Call(name.text, tuple(arguments), name.position)


def evaluate(source, **variables):
    """Return the value of an expression as a float."""
    return float(Parser(source).parse().evaluate(variables))


def main():
    variables = {}
    while True:
        try:
            line = input("> ").strip()
        except EOFError:
            break
        if not line or line.startswith("#"):
            continue
        name, equals, expression = line.rpartition("=")
        try:
            value = evaluate(expression, **variables)
        except CalculatorError as error:
            print("error:", error)
            continue
        if equals:
            variables[name.strip()] = value
        print(f"{value:g}")


if __name__ == "__main__":
    main()
