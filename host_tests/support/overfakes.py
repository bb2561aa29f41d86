"""Loads a platform's module over fakes of the modules that only the platform has."""

import sys


def load_over(fakes, folders, name):
    """The module `name` of `folders`; fakes: {name: module, None for one that is to be looked for there anew}.

    What others loaded under these names is put back.
    """
    before = {}
    for fake, module in fakes.items():
        before[fake] = sys.modules.pop(fake, None)
        if module is not None:
            sys.modules[fake] = module
    for folder in folders:
        sys.path.insert(0, folder)
    try:
        return __import__(name)
    finally:
        for folder in folders:
            sys.path.remove(folder)
        for fake, module in before.items():
            sys.modules.pop(fake, None)
            if module is not None:
                sys.modules[fake] = module
