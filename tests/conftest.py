pytest_plugins = ["fixtures_vault"]
