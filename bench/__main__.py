"""`python -m bench [NAME …]`: run the measurements, all of them or those that are named."""

import importlib
import pkgutil
import sys

import bench


def main() -> int:
    """Run them one after the other."""
    there = [found.name for found in pkgutil.iter_modules(bench.__path__) if not found.name.startswith("_")]
    wanted = sys.argv[1:] or there
    unknown = [name for name in wanted if name not in there]
    if unknown:
        print(f"no such measurement: {', '.join(unknown)}; there are: {', '.join(there)}")
        return 2
    for name in wanted:
        module = importlib.import_module(f"bench.{name}")
        if hasattr(module, "main"):
            print(f"── {name}: {(module.__doc__ or '').splitlines()[0]}")
            module.main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
