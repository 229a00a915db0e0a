class UnregisteredEnv(Exception):
    pass


class NameNotFound(UnregisteredEnv):
    pass


class DependencyNotInstalled(Exception):
    pass
