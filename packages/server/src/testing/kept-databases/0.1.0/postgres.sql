CREATE TABLE public.audit_events (
    id text NOT NULL,
    at bigint NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    target text,
    detail text NOT NULL
);
CREATE TABLE public.credentials (
    user_id text NOT NULL,
    password_hash text NOT NULL,
    changed_at bigint NOT NULL
);
CREATE TABLE public.keys (
    kid text NOT NULL,
    use text NOT NULL,
    alg text NOT NULL,
    public_jwk text NOT NULL,
    private_sealed text,
    created_at bigint NOT NULL,
    signs_from bigint NOT NULL,
    signs_until bigint,
    published_until bigint,
    revoked_at bigint
);
CREATE TABLE public.migrations (
    name text NOT NULL,
    applied_at bigint NOT NULL
);
CREATE TABLE public.profiles (
    user_id text NOT NULL,
    display_name text,
    bio text,
    picture text,
    locale text,
    data text NOT NULL,
    updated_at bigint NOT NULL
);
CREATE TABLE public.refresh_tokens (
    digest text NOT NULL,
    session_id text NOT NULL,
    created_at bigint NOT NULL,
    used_at bigint,
    successor_sealed text
);
CREATE TABLE public.revocation_feed (
    id integer NOT NULL,
    seq bigint NOT NULL
);
CREATE TABLE public.revocations (
    id text NOT NULL,
    seq bigint,
    type text NOT NULL,
    digest text NOT NULL,
    cuts text NOT NULL,
    kid text,
    at bigint NOT NULL,
    expires_at bigint NOT NULL
);
CREATE TABLE public.role_permissions (
    role text NOT NULL,
    permission text NOT NULL
);
CREATE TABLE public.roles (
    name text NOT NULL,
    created_at bigint NOT NULL
);
CREATE TABLE public.sessions (
    id text NOT NULL,
    user_id text NOT NULL,
    audience text NOT NULL,
    acr text NOT NULL,
    amr text NOT NULL,
    auth_time bigint NOT NULL,
    method text NOT NULL,
    transport text NOT NULL,
    user_agent text,
    device text NOT NULL,
    address text,
    created_at bigint NOT NULL,
    last_seen_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    ended_at bigint,
    end_reason text
);
CREATE TABLE public.throttle_attempts (
    key character varying(255) NOT NULL,
    points integer DEFAULT 0 NOT NULL,
    expire bigint
);
CREATE TABLE public.user_roles (
    user_id text NOT NULL,
    role text NOT NULL
);
CREATE TABLE public.users (
    id text NOT NULL,
    username text NOT NULL,
    username_folded text NOT NULL,
    username_key text NOT NULL,
    email text,
    email_key text,
    email_verified_at bigint,
    disabled_at bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
INSERT INTO public.audit_events VALUES ('01a22240-9fba-764a-8f07-8c050bd64121', 1795870990266, 'system', 'role.saved', 'editor', '{"permissions":["posts:write"],"before":null}');
INSERT INTO public.audit_events VALUES ('01a22240-a27d-7077-bdfa-36477a4752a7', 1795870990973, 'system', 'user.created', '01a22240-a276-72b3-8c84-4544da00a48f', '{"roles":["admin","member"]}');
INSERT INTO public.audit_events VALUES ('01a22240-a2a6-736d-bba8-185db5934ef4', 1795870991014, 'system', 'user.created', '01a22240-a2a3-74f5-bfcd-15bb874af78a', '{"roles":["editor"]}');
INSERT INTO public.audit_events VALUES ('01a22240-a2c4-76c8-9788-498e1e968fa6', 1795870991044, 'system', 'user.created', '01a22240-a2c1-740d-9dc5-2d7a322182eb', '{"roles":["member"]}');
INSERT INTO public.audit_events VALUES ('01a22240-a2d0-7228-8f35-ac17cf7ac8aa', 1795870991056, 'system', 'user.updated', '01a22240-a2c1-740d-9dc5-2d7a322182eb', '{"changed":["disabled"]}');
INSERT INTO public.audit_events VALUES ('01a22240-a2fd-7395-90b9-cce7ea1e8ca8', 1795870991102, 'system', 'user.created', '01a22240-a2f9-7583-b0eb-89ec678883c1', '{"roles":["member"]}');
INSERT INTO public.credentials VALUES ('01a22240-a276-72b3-8c84-4544da00a48f', '$argon2id$v=19$m=19456,t=2,p=1$Z6SdShByRvg+de/qzSumsg$d2Zze3RlKmli7gvr/dl4r+bi8q4NgY8LBFRqKzfd6OI', 1795870990966);
INSERT INTO public.credentials VALUES ('01a22240-a2a3-74f5-bfcd-15bb874af78a', '$argon2id$v=19$m=19456,t=2,p=1$EpCdSIp/3coragOn6oUebg$VxAfNtaXdCJyvrGdabOU29syItkfaM7IGlQnmmSVRaQ', 1795870991011);
INSERT INTO public.credentials VALUES ('01a22240-a2c1-740d-9dc5-2d7a322182eb', '$argon2id$v=19$m=19456,t=2,p=1$PFdTU52HxqyUAim0Uf4SmQ$mEH5AB6CodKeQmhM+82sXbHdJKld1hSTKBoDGxaGtlg', 1795870991041);
INSERT INTO public.credentials VALUES ('01a22240-a2f9-7583-b0eb-89ec678883c1', '$argon2id$v=19$m=19456,t=2,p=1$nYesShRyyeQSGfBzEsyGuQ$o2Tdj6mK/Bwz4/v8oThrnahZE2jYxpJq9spZTYftqr8', 1795870991097);
INSERT INTO public.keys VALUES ('XxYikZl_ut0N9r0bCZF01_hxuWuRlgbytfkWl6YYgn4', 'token', 'ES256', '{"crv":"P-256","kty":"EC","x":"FpOf7PujjphewOQq3YOvfhv_9jnGH_ksM71i8zcgGq4","y":"3v5kNnR-I6yHiUgi34yDfLE0aHRa4nDmt_g9j-ya0Fo","kid":"XxYikZl_ut0N9r0bCZF01_hxuWuRlgbytfkWl6YYgn4","alg":"ES256","use":"sig"}', 'AaWVddBQ-2tl88IZY_polkzHhBb_ZgE2MIGUVnq0hFKKCxXB8CMdX-dXKAVFe6eIQTIUXCVsi1HLqRfaWY4BphxhLWxlQSBYN3h28KCkbZ0Kcby4l9xYZUrjnl8Ceuyc_BickD6Oly6gjx5VB92f4A_gCAOra0-Mr-lmAbqN_ouDQ9Zxt7UzxQVUfXAfZ78MNAAtk5tc1qc2VCwxyNtVFI1SdJwICbkUw9H-', 1795870990211, 1795870990210, NULL, NULL, NULL);
INSERT INTO public.keys VALUES ('KY1Sm9Dek6ZQ9C2LGBRdkqOdjJ0vNKo12cwHMxHDKaM', 'feed', 'ES256', '{"crv":"P-256","kty":"EC","x":"wz2kVutWIA0jdhNEVWTy0FVDYPYXjH0br2IfgAbxFKs","y":"Ulmevi4sY8sMgySY3hqCdXN31CxNyInwbFJtANzwLCU","kid":"KY1Sm9Dek6ZQ9C2LGBRdkqOdjJ0vNKo12cwHMxHDKaM","alg":"ES256","use":"sig"}', 'AaWVddDDiaou3VNhmdAHzVywMW1fazscT2LCKlk4VaJHCaJSOM8_D4aBJfvJ6kBLhvHWJ-QshViyp9YVO6Pz6eBp1i8s2PxuGzhiqPP73dcmesu0wIgqD4KGsjnm9n1QMRllsRq4uYI7PRpsDnKuJnt6FCxjycbhCkLmWzi4nneNS7V0mHJTYQzzL9_fH0p4giIMpc63RiUGmiEPYT4RoFUpeH99nRmglyp1', 1795870990217, 1795870990216, NULL, NULL, NULL);
INSERT INTO public.migrations VALUES ('0001-accounts-and-roles', 1795870990079);
INSERT INTO public.migrations VALUES ('0002-keys-and-sessions', 1795870990079);
INSERT INTO public.migrations VALUES ('0003-throttles', 1795870990079);
INSERT INTO public.migrations VALUES ('0004-revocations', 1795870990079);
INSERT INTO public.profiles VALUES ('01a22240-a276-72b3-8c84-4544da00a48f', NULL, NULL, NULL, NULL, '{}', 1795870990966);
INSERT INTO public.profiles VALUES ('01a22240-a2a3-74f5-bfcd-15bb874af78a', NULL, NULL, NULL, NULL, '{}', 1795870991011);
INSERT INTO public.profiles VALUES ('01a22240-a2c1-740d-9dc5-2d7a322182eb', NULL, NULL, NULL, NULL, '{}', 1795870991041);
INSERT INTO public.profiles VALUES ('01a22240-a2f9-7583-b0eb-89ec678883c1', 'Cyd', 'Made before an upgrade.', NULL, NULL, '{"theme":"dark"}', 1795870991127);
INSERT INTO public.refresh_tokens VALUES ('I5roOxWRHBQeFVRUyPJm09O5HG7yiFzj91UiTzGf_w8', '01a22240-a300-7397-891b-1a594fc120c2', 1795870991109, NULL, NULL);
INSERT INTO public.refresh_tokens VALUES ('jWUcQtyDUHsCoyFwW4YITH2nMwq9juvJqPyYjjqN9UA', '01a22240-a33c-7769-aa23-cba1164978aa', 1795870991166, NULL, NULL);
INSERT INTO public.refresh_tokens VALUES ('MX4J41qkQi2TSB-cskNncrw0cnmoSqsY19ZsrYT9BeY', '01a22240-a36c-77ed-b145-e65c6e0bbe13', 1795870991213, 1795870991222, 'vmPDLL8Ly2iXiNKJpMfFJvyUH7t-dktB_yI3mjj2Mg8Ocopqn4hRRkvZFf4eCWPfiDgO4TZJioclDqu3Niy-BUSUIy7vmqs');
INSERT INTO public.refresh_tokens VALUES ('4cnjoAFuFqIK2R74AaoIvFzkeetqXhwFJsyR2Hwb8HI', '01a22240-a36c-77ed-b145-e65c6e0bbe13', 1795870991223, NULL, NULL);
INSERT INTO public.revocation_feed VALUES (1, 1795870991184);
INSERT INTO public.revocations VALUES ('01a22240-9f84-74eb-9a53-e5076c7a0ead', 1795870990227, 'key-published', 'SfkaAVS8u6TJYgQE', 'none', 'XxYikZl_ut0N9r0bCZF01_hxuWuRlgbytfkWl6YYgn4', 1795870990212, 1795871741);
INSERT INTO public.revocations VALUES ('01a22240-9f8a-773a-a00b-339f30d17fcd', 1795870990228, 'key-published', 'YPwtQWxCPODntE-3', 'none', 'KY1Sm9Dek6ZQ9C2LGBRdkqOdjJ0vNKo12cwHMxHDKaM', 1795870990218, 1795871741);
INSERT INTO public.revocations VALUES ('01a22240-a348-704c-b3cb-3cdbe75c433c', 1795870991184, 'session-revoked', 'c1cdrOyuzFuopJWu', 'all', NULL, 1795870991176, 1795871742);
INSERT INTO public.role_permissions VALUES ('admin', 'audit:read');
INSERT INTO public.role_permissions VALUES ('admin', 'keys:write');
INSERT INTO public.role_permissions VALUES ('admin', 'roles:read');
INSERT INTO public.role_permissions VALUES ('admin', 'roles:write');
INSERT INTO public.role_permissions VALUES ('admin', 'sessions:read');
INSERT INTO public.role_permissions VALUES ('admin', 'sessions:write');
INSERT INTO public.role_permissions VALUES ('admin', 'users:read');
INSERT INTO public.role_permissions VALUES ('admin', 'users:write');
INSERT INTO public.role_permissions VALUES ('editor', 'posts:write');
INSERT INTO public.roles VALUES ('admin', 1795870990194);
INSERT INTO public.roles VALUES ('member', 1795870990202);
INSERT INTO public.roles VALUES ('editor', 1795870990262);
INSERT INTO public.sessions VALUES ('01a22240-a300-7397-891b-1a594fc120c2', '01a22240-a2f9-7583-b0eb-89ec678883c1', '["api","http://localhost:3000"]', 'pwd', '["pwd"]', 1795870991104, 'password', 'body', 'node', '{"browser":"node","os":null,"type":null,"model":null}', '127.0.0.1', 1795870991104, 1795870991104, 1803646991104, NULL, NULL);
INSERT INTO public.sessions VALUES ('01a22240-a33c-7769-aa23-cba1164978aa', '01a22240-a2a3-74f5-bfcd-15bb874af78a', '["api","http://localhost:3000"]', 'pwd', '["pwd"]', 1795870991164, 'password', 'body', 'node', '{"browser":"node","os":null,"type":null,"model":null}', '127.0.0.1', 1795870991164, 1795870991164, 1803646991164, 1795870991175, 'signed_out');
INSERT INTO public.sessions VALUES ('01a22240-a36c-77ed-b145-e65c6e0bbe13', '01a22240-a276-72b3-8c84-4544da00a48f', '["api","http://localhost:3000"]', 'pwd', '["pwd"]', 1795870991211, 'password', 'body', 'node', '{"browser":"node","os":null,"type":null,"model":null}', '127.0.0.1', 1795870991211, 1795870991211, 1803646991211, NULL, NULL);
INSERT INTO public.throttle_attempts VALUES ('sign-up:EsoXtJryKJQ28wPgFmAwoh5SXSZuIJJnQzgBqP1AcaA', 1, 1795871891067);
INSERT INTO public.throttle_attempts VALUES ('sign-in-account:ORFSuS5dfK2mTr_d9LWAYa2qnScyDGl0bMSBKE33mCE', 0, 1795871891139);
INSERT INTO public.throttle_attempts VALUES ('sign-in-address:EsoXtJryKJQ28wPgFmAwoh5SXSZuIJJnQzgBqP1AcaA', 0, 1795871891135);
INSERT INTO public.throttle_attempts VALUES ('sign-in-account:4iGgtLffNi9jjeApTXurgZP2xwqrKDKoIu4_X1gcLaE', 0, 1795871891187);
INSERT INTO public.user_roles VALUES ('01a22240-a276-72b3-8c84-4544da00a48f', 'admin');
INSERT INTO public.user_roles VALUES ('01a22240-a276-72b3-8c84-4544da00a48f', 'member');
INSERT INTO public.user_roles VALUES ('01a22240-a2a3-74f5-bfcd-15bb874af78a', 'editor');
INSERT INTO public.user_roles VALUES ('01a22240-a2c1-740d-9dc5-2d7a322182eb', 'member');
INSERT INTO public.user_roles VALUES ('01a22240-a2f9-7583-b0eb-89ec678883c1', 'member');
INSERT INTO public.users VALUES ('01a22240-a276-72b3-8c84-4544da00a48f', 'ana', 'ana', 'ana', NULL, NULL, NULL, NULL, 1795870990966, 1795870990966);
INSERT INTO public.users VALUES ('01a22240-a2a3-74f5-bfcd-15bb874af78a', 'ben', 'ben', 'ben', NULL, NULL, NULL, NULL, 1795870991011, 1795870991011);
INSERT INTO public.users VALUES ('01a22240-a2c1-740d-9dc5-2d7a322182eb', 'dora', 'dora', 'dora', NULL, NULL, NULL, 1795870991055, 1795870991041, 1795870991055);
INSERT INTO public.users VALUES ('01a22240-a2f9-7583-b0eb-89ec678883c1', 'cyd', 'cyd', 'cyd', 'cyd@example.com', 'cyd@example.com', NULL, NULL, 1795870991097, 1795870991097);
ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT audit_events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT credentials_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY public.keys
    ADD CONSTRAINT keys_pkey PRIMARY KEY (kid);
ALTER TABLE ONLY public.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_pkey PRIMARY KEY (digest);
ALTER TABLE ONLY public.revocation_feed
    ADD CONSTRAINT revocation_feed_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.revocations
    ADD CONSTRAINT revocations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.revocations
    ADD CONSTRAINT revocations_seq_key UNIQUE (seq);
ALTER TABLE ONLY public.role_permissions
    ADD CONSTRAINT role_permissions_pk PRIMARY KEY (role, permission);
ALTER TABLE ONLY public.roles
    ADD CONSTRAINT roles_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.throttle_attempts
    ADD CONSTRAINT throttle_attempts_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.user_roles
    ADD CONSTRAINT user_roles_pk PRIMARY KEY (user_id, role);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_username_key_key UNIQUE (username_key);
CREATE INDEX refresh_tokens_of_session ON public.refresh_tokens USING btree (session_id);
CREATE INDEX refresh_tokens_with_successor ON public.refresh_tokens USING btree (session_id) WHERE (successor_sealed IS NOT NULL);
CREATE INDEX revocations_expiry ON public.revocations USING btree (expires_at);
CREATE INDEX revocations_of ON public.revocations USING btree (digest);
CREATE INDEX revocations_unplaced ON public.revocations USING btree (id) WHERE (seq IS NULL);
CREATE INDEX sessions_of_user ON public.sessions USING btree (user_id, id);
CREATE INDEX throttle_attempts_expire ON public.throttle_attempts USING btree (expire);
CREATE INDEX user_roles_of_role ON public.user_roles USING btree (role);
CREATE UNIQUE INDEX users_verified_email ON public.users USING btree (email_key) WHERE (email_verified_at IS NOT NULL);
ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT credentials_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.sessions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.role_permissions
    ADD CONSTRAINT role_permissions_role_fkey FOREIGN KEY (role) REFERENCES public.roles(name) ON DELETE CASCADE;
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.user_roles
    ADD CONSTRAINT user_roles_role_fkey FOREIGN KEY (role) REFERENCES public.roles(name);
ALTER TABLE ONLY public.user_roles
    ADD CONSTRAINT user_roles_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
