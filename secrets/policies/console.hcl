# The console: opens and makes data keys, so that people can read answers. It sees no login, no code and no seed.
# It signs the receipts and the audit trail that people take home, and reads the public key to them.
path "transit/sign/capsules"        { capabilities = ["update"] }
path "transit/keys/capsules"        { capabilities = ["read"] }
path "kv/data/fleet/check"          { capabilities = ["read"] }
# Its own secret at the provider by which people sign in.
path "kv/data/fleet/sign-on"        { capabilities = ["read"] }
# Keys of retention's periods: made and read. It destroys none.
path "kv/data/periods/+"            { capabilities = ["create", "read"] }
path "kv/metadata/periods/+"        { capabilities = ["read"] }
path "transit/datakey/plaintext/+"  { capabilities = ["update"] }
path "transit/decrypt/+"            { capabilities = ["update"] }

# Without the default policy a token may not even give itself back.
path "auth/token/renew-self"        { capabilities = ["update"] }
path "auth/token/revoke-self"       { capabilities = ["update"] }
