"""Plant seeded mutations in `forecast` and `optimizer` and count those that the tests notice.

    python tests/mutants.py [--mutants 30] [--seed 1]

Each mutant is one changed operator or number in a copy of the tree; the package's own tests run
first, then the others but the browser's. It ends with 1 when fewer than four in five are noticed.
"""

import argparse
import ast
import copy
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("forecast", "optimizer")
SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.And: ast.Or,
    ast.Or: ast.And,
}


@dataclass(frozen=True)
class Mutant:
    path: Path
    node: int
    line: int


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--mutants", type=int, default=30)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    everything = [mutant for package in PACKAGES for mutant in mutants_of(package)]
    chosen = random.Random(given.seed).sample(everything, given.mutants)
    survivors = []
    for number, mutant in enumerate(chosen, start=1):
        change, noticed = trial(mutant)
        print(f"{number:3d}  {'noticed ' if noticed else 'SURVIVED'}  {change}", flush=True)
        if not noticed:
            survivors.append(change)
    share = 1 - len(survivors) / len(chosen)
    print(f"{share:.0%} of {len(chosen)} mutants noticed, of {len(everything)} possible ones")
    sys.exit(share < 0.8)


def mutants_of(package: str) -> Iterator[Mutant]:
    for path in sorted((ROOT / package).rglob("*.py")):
        tree = ast.parse(path.read_text())
        for number, node in enumerate(ast.walk(tree)):
            if mutable(node):
                line = getattr(node, "lineno", 0)
                yield Mutant(path.relative_to(ROOT), number, line)


def mutable(node: ast.AST) -> bool:
    if isinstance(node, ast.Compare):
        return type(node.ops[0]) in SWAPS
    if isinstance(node, ast.BinOp | ast.BoolOp):
        # A | between types is an annotation, not arithmetic.
        return type(node.op) in SWAPS
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def mutate(source: str, mutant: Mutant) -> tuple[str, str]:
    tree = ast.parse(source)
    node = list(ast.walk(tree))[mutant.node]
    before = ast.unparse(copy.deepcopy(node))
    if isinstance(node, ast.Compare):
        node.ops[0] = SWAPS[type(node.ops[0])]()  # type: ignore[call-overload]
    elif isinstance(node, ast.BinOp | ast.BoolOp):
        node.op = SWAPS[type(node.op)]()  # type: ignore[assignment]
    elif isinstance(node, ast.Constant):
        node.value = node.value + 1  # type: ignore[operator]
    return ast.unparse(tree), f"{mutant.path}:{mutant.line}  {before}  ->  {ast.unparse(node)}"


def trial(mutant: Mutant) -> tuple[str, bool]:
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        ignored = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", "demo")
        shutil.copytree(ROOT, tree, ignore=ignored)
        path = tree / mutant.path
        source, change = mutate(path.read_text(), mutant)
        path.write_text(source)
        package = mutant.path.parts[0]
        own = [f"tests/{package}", package]
        others = ["tests/forecast", "tests/optimizer", "tests/ui", "tests/data"]
        return change, any(turns_red(tree, tests) for tests in (own, others))


def turns_red(tree: Path, tests: list[str]) -> bool:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "2", *tests]
    environment = {"PYTHONPATH": str(tree), "PATH": "/usr/bin:/bin", "HOME": str(tree)}
    done = subprocess.run(
        command, cwd=tree, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 1, 2):
        sys.exit(f"mutants: pytest ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.returncode != 0


if __name__ == "__main__":
    main()
