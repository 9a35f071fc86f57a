from hypothesis import settings

pytest_plugins = ["fixtures_portals", "fixtures_vault"]

# Machines here are noisy: how long an example takes says nothing.
settings.register_profile("fleet", deadline=None)
settings.load_profile("fleet")
