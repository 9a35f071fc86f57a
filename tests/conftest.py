pytest_plugins = ["fixtures_portals", "fixtures_vault"]
