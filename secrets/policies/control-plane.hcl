# The command line and the stack: save logins and seeds and let workers in, but read neither passwords nor codes.
path "kv/data/portals/+/+"          { capabilities = ["create", "update"] }
path "kv/metadata/portals/*"        { capabilities = ["read", "list"] }
# A retired login is removed with all its versions, if an administrator says so.
path "kv/metadata/portals/+/+" {
  capabilities       = ["read", "patch", "delete"]
  allowed_parameters = { "custom_metadata" = [] }
}
path "kv/metadata/pending/+/+"      { capabilities = ["delete"] }
# One-time codes: put in place of those before, never read.
path "kv/data/backup/+/+"           { capabilities = ["create", "update"] }
path "kv/metadata/backup/+/+"       { capabilities = ["read", "delete"] }
# Seeds, in a vault without a TOTP engine: saved and removed, never read.
path "kv/data/seeds/+/+"            { capabilities = ["create", "update"] }
path "kv/metadata/seeds/+/+"        { capabilities = ["delete"] }
path "kv/data/fleet/check"          { capabilities = ["read"] }
path "kv/data/fleet/sign-on"        { capabilities = ["create", "update"] }

path "totp/keys/*"                  { capabilities = ["create", "update", "delete"] }
# A new seed is proven under this name before it replaces the old one.
path "totp/keys/proof.*"            { capabilities = ["create", "update", "delete"] }
path "totp/code/proof.*"            { capabilities = ["read"] }

# Keys of retention's periods, as for workers.
path "kv/data/periods/+"            { capabilities = ["create", "read"] }
path "kv/metadata/periods/+"        { capabilities = ["create", "read", "update"] }
path "kv/destroy/periods/+"         { capabilities = ["create", "update"] }
path "transit/datakey/plaintext/+"  { capabilities = ["update"] }
path "transit/decrypt/+"            { capabilities = ["update"] }
# Evidence capsules: to sign, and to read the public key.
path "transit/sign/capsules"        { capabilities = ["update"] }
path "transit/keys/capsules"        { capabilities = ["read"] }

# Secret-ids of workers and of the console are only ever given out wrapped: whoever opens one first is noticed by the
# other.
path "auth/approle/role/worker/secret-id" {
  capabilities     = ["update"]
  min_wrapping_ttl = "1s"
  max_wrapping_ttl = "300s"
}

path "auth/approle/role/$role/secret-id" { capabilities = ["update"], min_wrapping_ttl = "1s", max_wrapping_ttl = "300s" }

path "auth/approle/role/console/secret-id" {
  capabilities     = ["update"]
  min_wrapping_ttl = "1s"
  max_wrapping_ttl = "300s"
}

path "auth/token/renew-self"        { capabilities = ["update"] }
path "auth/token/revoke-self"       { capabilities = ["update"] }
