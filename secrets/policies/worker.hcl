# A worker: reads logins, asks for codes, opens and makes data keys. It writes nothing and sees no seed.
path "kv/data/portals/+/+"          { capabilities = ["read"] }
path "kv/data/fleet/check"          { capabilities = ["read"] }
path "totp/code/*"                  { capabilities = ["read"] }

path "transit/datakey/plaintext/+"  { capabilities = ["update"] }
path "transit/decrypt/+"            { capabilities = ["update"] }

# Without the default policy a token may not even give itself back.
path "auth/token/renew-self"        { capabilities = ["update"] }
path "auth/token/revoke-self"       { capabilities = ["update"] }
