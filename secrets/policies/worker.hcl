# A worker: reads logins, asks for codes, opens and makes data keys. It makes no login, deletes no secret of a portal and
# sees no seed where the vault has a TOTP engine; a password that it has changed at the portal it saves over the one before, which stays as a version.
# Written out twice over (stack/vault_setup.py): for a worker of all portals, and for one of the portals of one keeper of
# accounts, where a line stands once for each of them.
path "kv/data/portals/$portal/+"    { capabilities = ["read", "update"] }
# Its label, and nothing else of what the vault notes beside it: not how many versions are kept, nor for how long.
path "kv/metadata/portals/$portal/+" { capabilities = ["patch"], allowed_parameters = { "custom_metadata" = [] } }
path "kv/data/pending/$portal/+"    { capabilities = ["create", "read", "update"] }
# One-time codes: a worker takes one out of the stock, and puts none in.
path "kv/data/backup/$keeper/+"     { capabilities = ["read", "update"] }
path "kv/data/fleet/check"          { capabilities = ["read"] }
path "totp/code/$codes"             { capabilities = ["read"] }
# Empty where the vault has a TOTP engine.
path "kv/data/seeds/$portal/+"      { capabilities = ["read"] }

# Keys of retention's periods: made once and never written over. The nightly run destroys those whose time is over.
path "kv/data/periods/+"            { capabilities = ["create", "read"] }
path "kv/metadata/periods/+"        { capabilities = ["create", "read", "update"] }
path "kv/destroy/periods/+"         { capabilities = ["create", "update"] }
path "transit/datakey/plaintext/+"  { capabilities = ["update"] }
path "transit/decrypt/+"            { capabilities = ["update"] }

# Without the default policy a token may not even give itself back.
path "auth/token/renew-self"        { capabilities = ["update"] }
path "auth/token/revoke-self"       { capabilities = ["update"] }
