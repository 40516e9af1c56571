-- From the mapping of stripe-events, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "stripe_payment", newest first.
CREATE INDEX IF NOT EXISTS "entities_stripe_payment_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'stripe_payment';

-- "stripe_charge", newest first.
CREATE INDEX IF NOT EXISTS "entities_stripe_charge_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'stripe_charge';

-- "stripe_payout", newest first.
CREATE INDEX IF NOT EXISTS "entities_stripe_payout_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'stripe_payout';
