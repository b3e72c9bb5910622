"""`python -m bench [NAME …] [ARGUMENT …]`: run the measurements, all of them or those that are named.

What changes files of the checkout (`calibrate`) runs only if it is named.
"""

import importlib
import pkgutil
import sys

import bench


def main() -> int:
    """Run them one after the other; whatever is no name is handed on to them."""
    there = [found.name for found in pkgutil.iter_modules(bench.__path__) if not found.name.startswith("_")]
    named = [word for word in sys.argv[1:] if word in there]
    rest = [word for word in sys.argv[1:] if word not in there]
    if rest and not named:
        print(f"no such measurement: {rest[0]}; there are: {', '.join(there)}")
        return 2
    for name in named or there:
        module = importlib.import_module(f"bench.{name}")
        if hasattr(module, "main") and (named or not getattr(module, "CHANGES_FILES", False)):
            print(f"── {name}: {(module.__doc__ or '').splitlines()[0]}", flush=True)
            sys.argv = [name, *rest]
            module.main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
