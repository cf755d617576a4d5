--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: sample_of_format_1; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA sample_of_format_1;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: attributes; Type: TABLE; Schema: sample_of_format_1; Owner: -
--

CREATE TABLE sample_of_format_1.attributes (
    entry text NOT NULL COLLATE pg_catalog."C",
    "position" integer NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    value text NOT NULL COLLATE pg_catalog."C",
    folded text COLLATE pg_catalog."C",
    number numeric,
    date text COLLATE pg_catalog."C"
);


--
-- Name: categories; Type: TABLE; Schema: sample_of_format_1; Owner: -
--

CREATE TABLE sample_of_format_1.categories (
    id uuid NOT NULL,
    path text NOT NULL COLLATE pg_catalog."C",
    title text,
    description text,
    "position" bigint
);


--
-- Name: contributors; Type: TABLE; Schema: sample_of_format_1; Owner: -
--

CREATE TABLE sample_of_format_1.contributors (
    entry text NOT NULL COLLATE pg_catalog."C",
    "position" integer NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    role text DEFAULT 'aut'::text NOT NULL,
    sort_name text COLLATE pg_catalog."C",
    alternate_name text COLLATE pg_catalog."C",
    folded text COLLATE pg_catalog."C"
);


--
-- Name: documents; Type: TABLE; Schema: sample_of_format_1; Owner: -
--

CREATE TABLE sample_of_format_1.documents (
    name text NOT NULL COLLATE pg_catalog."C",
    value text NOT NULL
);


--
-- Name: entries; Type: TABLE; Schema: sample_of_format_1; Owner: -
--

CREATE TABLE sample_of_format_1.entries (
    id text NOT NULL COLLATE pg_catalog."C",
    title text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    category text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    markup text DEFAULT 'plain'::text NOT NULL COLLATE pg_catalog."C",
    language text COLLATE pg_catalog."C",
    created text COLLATE pg_catalog."C",
    added timestamp with time zone,
    modified timestamp with time zone,
    rights text COLLATE pg_catalog."C",
    source_uri text COLLATE pg_catalog."C",
    source_member text COLLATE pg_catalog."C",
    source_start bigint,
    source_length bigint,
    source_sha256 text COLLATE pg_catalog."C",
    source_encoding text,
    source_changes text,
    source_site text COLLATE pg_catalog."C",
    source_imported text,
    attributes json,
    sort_key bytea NOT NULL,
    body text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    category_id uuid NOT NULL,
    created_key text COLLATE pg_catalog."C",
    folded jsonb,
    parts text[],
    words tsvector,
    changed_by xid8 DEFAULT pg_current_xact_id() NOT NULL
);


--
-- Name: format; Type: TABLE; Schema: sample_of_format_1; Owner: -
--

CREATE TABLE sample_of_format_1.format (
    version integer NOT NULL
);


--
-- Name: log; Type: TABLE; Schema: sample_of_format_1; Owner: -
--

CREATE TABLE sample_of_format_1.log (
    number bigint NOT NULL,
    operation bigint NOT NULL,
    moment text NOT NULL,
    label text DEFAULT ''::text NOT NULL,
    run text,
    undoes text DEFAULT '[]'::text NOT NULL,
    added bigint DEFAULT 0 NOT NULL,
    changed bigint DEFAULT 0 NOT NULL,
    removed bigint DEFAULT 0 NOT NULL,
    categories bigint DEFAULT 0 NOT NULL,
    metadata bigint DEFAULT 0 NOT NULL,
    documents bigint DEFAULT 0 NOT NULL,
    size bigint DEFAULT 0 NOT NULL
);


--
-- Name: log_changes; Type: TABLE; Schema: sample_of_format_1; Owner: -
--

CREATE TABLE sample_of_format_1.log_changes (
    number bigint NOT NULL,
    piece integer NOT NULL,
    changes bytea NOT NULL
);
ALTER TABLE ONLY sample_of_format_1.log_changes ALTER COLUMN changes SET STORAGE EXTERNAL;


--
-- Name: metadata; Type: TABLE; Schema: sample_of_format_1; Owner: -
--

CREATE TABLE sample_of_format_1.metadata (
    id text,
    title text DEFAULT ''::text NOT NULL,
    subtitle text,
    description text,
    language text,
    contributors text,
    publisher text,
    published text,
    rights text,
    identifiers text,
    subjects text,
    series text,
    source text
);


--
-- Name: tags; Type: TABLE; Schema: sample_of_format_1; Owner: -
--

CREATE TABLE sample_of_format_1.tags (
    entry text NOT NULL COLLATE pg_catalog."C",
    "position" integer NOT NULL,
    tag text NOT NULL COLLATE pg_catalog."C",
    folded text COLLATE pg_catalog."C"
);


--
-- Data for Name: attributes; Type: TABLE DATA; Schema: sample_of_format_1; Owner: -
--

INSERT INTO sample_of_format_1.attributes VALUES ('dde0n60qc8cc2kzj', 0, 'rating', '4.5', NULL, 4.5, NULL);
INSERT INTO sample_of_format_1.attributes VALUES ('dde0n60qc8cc2kzj', 1, 'nested', '1', NULL, 1, NULL);
INSERT INTO sample_of_format_1.attributes VALUES ('dde0n60qc8cc2kzj', 2, 'nested', 'true', NULL, NULL, NULL);
INSERT INTO sample_of_format_1.attributes VALUES ('dde0n60qc8cc2kzj', 3, 'nested', 'x', NULL, NULL, NULL);
INSERT INTO sample_of_format_1.attributes VALUES ('dde0n60qc8cc2kzj', 4, 'id', 'other', NULL, NULL, NULL);


--
-- Data for Name: categories; Type: TABLE DATA; Schema: sample_of_format_1; Owner: -
--

INSERT INTO sample_of_format_1.categories VALUES ('32aa4ad9-790b-3ac8-212c-3574395f163a', 'Jokes', 'Jokes & more', 'All.', 2);
INSERT INTO sample_of_format_1.categories VALUES ('395bd143-a4e6-c331-451f-18d21eebcbe4', 'Jokes/Puns', NULL, NULL, 1);


--
-- Data for Name: contributors; Type: TABLE DATA; Schema: sample_of_format_1; Owner: -
--

INSERT INTO sample_of_format_1.contributors VALUES ('dde0n60qc8cc2kzj', 0, '老舍', 'aut', 'Lao She', NULL, '老舍');
INSERT INTO sample_of_format_1.contributors VALUES ('dde0n60qc8cc2kzj', 1, 'Tr. Ans', 'trl', NULL, NULL, NULL);


--
-- Data for Name: documents; Type: TABLE DATA; Schema: sample_of_format_1; Owner: -
--

INSERT INTO sample_of_format_1.documents VALUES ('origins', '{"archive":["0000000000000000",{"n":1}]}');


--
-- Data for Name: entries; Type: TABLE DATA; Schema: sample_of_format_1; Owner: -
--

INSERT INTO sample_of_format_1.entries VALUES ('vjrj77n5m7p2wv4z', '', '', 'plain', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '\x00000100000000000000000000766a726a37376e356d3770327776347a', '', 'cae66941-d9ef-bd40-4e4d-88758ea67670', NULL, NULL, NULL, '', '727');
INSERT INTO sample_of_format_1.entries VALUES ('n9tv56qzzwxtdvtb', 'Plain', '', 'plain', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '\x00706c61696e0001506c61696e000000000000000000006e3974763536717a7a77787464767462', 'One line.

Another one.
', 'cae66941-d9ef-bd40-4e4d-88758ea67670', NULL, NULL, NULL, '''=plain'' ''another'' ''line'' ''one''', '727');
INSERT INTO sample_of_format_1.entries VALUES ('nrxjrk2rxm8fkret', 'Entry 2', 'Jokes', 'plain', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '\x016a6f6b657300014a6f6b6573000000656e747279203030303031320001456e7472792032000000000000000000006e72786a726b3272786d38666b726574', '', '32aa4ad9-790b-3ac8-212c-3574395f163a', NULL, NULL, NULL, '''=2'' ''=entry''', '727');
INSERT INTO sample_of_format_1.entries VALUES ('pyz9kke29rxbh3t8', 'Entry 10', 'Jokes', 'plain', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '\x016a6f6b657300014a6f6b6573000000656e74727920303030303231300001456e7472792031300000000000000000000070797a396b6b65323972786268337438', '', '32aa4ad9-790b-3ac8-212c-3574395f163a', NULL, NULL, NULL, '''=10'' ''=entry''', '727');
INSERT INTO sample_of_format_1.entries VALUES ('dde0n60qc8cc2kzj', 'Full: of "everything"', 'Jokes/Puns', 'markdown', 'zh-Hant', '1934', '2026-11-01 10:00:00.123456+00', '2026-11-02 10:00:00+00', 'CC-BY-4.0', 'archive/a b.zip', 'in/it.txt', 12, 345, '0000000000000000000000000000000000000000000000000000000000000000', 'cp1252', '["line-ends"]', 'Example Site', NULL, '{"rating":4.5,"nested":{"list":[1,null,true,"x"]},"id":"other"}', '\x016a6f6b657300014a6f6b657300000170756e73000150756e7300000061726368697665016120622e7a697001696e0169742e7478740001617263686976652f6120622e7a69702f696e2f69742e7478740000000000000000000c646465306e36307163386363326b7a6a', '*Much* text.

- a
- b
', '395bd143-a4e6-c331-451f-18d21eebcbe4', NULL, NULL, NULL, '''=everything'' ''=full'' ''=of'' ''a'' ''b'' ''much'' ''text''', '727');
INSERT INTO sample_of_format_1.entries VALUES ('yx7d401b1kfcca72', 'con', 'A\/B/../Trailing. ', 'plain', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '\x016101620001412f420000012e2e00012e2e000001747261696c696e672e200001547261696c696e672e20000000636f6e0001636f6e000000000000000000007978376434303162316b666363613732', '', '3469479e-05db-93d0-3b48-bc6b937e350c', NULL, NULL, NULL, '''=con''', '727');
INSERT INTO sample_of_format_1.entries VALUES ('a2fq5qe9rr3akh2e', 'CON', 'a\/b/../Trailing. ', 'plain', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '\x016101620001612f620000012e2e00012e2e000001747261696c696e672e200001547261696c696e672e20000000636f6e0001434f4e000000000000000000006132667135716539727233616b683265', 'one
two---
  👩‍👧 é', 'fc363caa-653a-5609-cb5c-14db294bdb4f', NULL, NULL, NULL, '''=con'' ''e'' ''one'' ''two''', '727');


--
-- Data for Name: format; Type: TABLE DATA; Schema: sample_of_format_1; Owner: -
--

INSERT INTO sample_of_format_1.format VALUES (1);


--
-- Data for Name: log; Type: TABLE DATA; Schema: sample_of_format_1; Owner: -
--

INSERT INTO sample_of_format_1.log VALUES (1, 1, '2026-11-28T18:34:14.812275+00:00', '', NULL, '[]', 7, 0, 0, 2, 0, 1, 305);


--
-- Data for Name: log_changes; Type: TABLE DATA; Schema: sample_of_format_1; Owner: -
--

INSERT INTO sample_of_format_1.log_changes VALUES (1, 0, '\x1f8b08000000000004035dd14d6e83400c05e07d8fc13a528dc7f37785aeba8fbaf0cc98249040981242387d512a52d1fdfbfc2c7b5f483be447b12bc63ad7d6b6fa62af781f692e76eded7cde15aeb4da2a0a1e0084822ebedef62fd4fa61d4a69fe7fb34a471082b5240c662425d7a5d01c72dca539d1bccd3c5554d966145de0424e7ca502286a8fd065d1fb36f1a419fa77054835b91a1c8217142324c11b74d2909b406fae862c466ae571448080248553a956cdc363d269b08962d9a2a46b6b822aa2aa57c193556168ce1cd7a8c55af7bf1392b6e8e282bd2a28d730c09883c4578a2c8831cbae7d53fba46bed730b288f224ba040821fd9efa7ff8fdf3d6be842b9d35297886281c8c7d8e4f5dbc5d96b72e4fedf2e970fa8b271d95476656ce2b165ae23f626c410c01020000');


--
-- Data for Name: metadata; Type: TABLE DATA; Schema: sample_of_format_1; Owner: -
--

INSERT INTO sample_of_format_1.metadata VALUES ('urn:example:kept', 'Kept', 'A sample', 'What this version writes.', 'en', '[{"name":"Ann Ex","role":"edt","sort_name":"Ex, Ann"}]', 'Press', '2026-11', 'CC0-1.0', '["isbn:9780306406157"]', '[{"term":"Humour"},{"term":"HUMOR / Form / Jokes & Riddles","scheme":"BISAC","code":"HUM004000"}]', '{"title":"Samples","position":"1"}', NULL);


--
-- Data for Name: tags; Type: TABLE DATA; Schema: sample_of_format_1; Owner: -
--

INSERT INTO sample_of_format_1.tags VALUES ('dde0n60qc8cc2kzj', 0, 'a tag', NULL);
INSERT INTO sample_of_format_1.tags VALUES ('dde0n60qc8cc2kzj', 1, 'b', NULL);


--
-- Name: attributes attributes_pkey; Type: CONSTRAINT; Schema: sample_of_format_1; Owner: -
--

ALTER TABLE ONLY sample_of_format_1.attributes
    ADD CONSTRAINT attributes_pkey PRIMARY KEY (entry, "position");


--
-- Name: categories categories_pkey; Type: CONSTRAINT; Schema: sample_of_format_1; Owner: -
--

ALTER TABLE ONLY sample_of_format_1.categories
    ADD CONSTRAINT categories_pkey PRIMARY KEY (id);


--
-- Name: contributors contributors_pkey; Type: CONSTRAINT; Schema: sample_of_format_1; Owner: -
--

ALTER TABLE ONLY sample_of_format_1.contributors
    ADD CONSTRAINT contributors_pkey PRIMARY KEY (entry, "position");


--
-- Name: documents documents_pkey; Type: CONSTRAINT; Schema: sample_of_format_1; Owner: -
--

ALTER TABLE ONLY sample_of_format_1.documents
    ADD CONSTRAINT documents_pkey PRIMARY KEY (name);


--
-- Name: entries entries_pkey; Type: CONSTRAINT; Schema: sample_of_format_1; Owner: -
--

ALTER TABLE ONLY sample_of_format_1.entries
    ADD CONSTRAINT entries_pkey PRIMARY KEY (id);


--
-- Name: log_changes log_changes_pkey; Type: CONSTRAINT; Schema: sample_of_format_1; Owner: -
--

ALTER TABLE ONLY sample_of_format_1.log_changes
    ADD CONSTRAINT log_changes_pkey PRIMARY KEY (number, piece);


--
-- Name: log log_pkey; Type: CONSTRAINT; Schema: sample_of_format_1; Owner: -
--

ALTER TABLE ONLY sample_of_format_1.log
    ADD CONSTRAINT log_pkey PRIMARY KEY (number);


--
-- Name: tags tags_pkey; Type: CONSTRAINT; Schema: sample_of_format_1; Owner: -
--

ALTER TABLE ONLY sample_of_format_1.tags
    ADD CONSTRAINT tags_pkey PRIMARY KEY (entry, "position");


--
-- Name: attributes_by_value; Type: INDEX; Schema: sample_of_format_1; Owner: -
--

CREATE INDEX attributes_by_value ON sample_of_format_1.attributes USING btree ("left"(name, 100), "left"(value, 300));


--
-- Name: contributors_by_name; Type: INDEX; Schema: sample_of_format_1; Owner: -
--

CREATE INDEX contributors_by_name ON sample_of_format_1.contributors USING btree ("left"(name, 300));


--
-- Name: entries_by_category; Type: INDEX; Schema: sample_of_format_1; Owner: -
--

CREATE INDEX entries_by_category ON sample_of_format_1.entries USING btree (category_id);


--
-- Name: entries_by_title; Type: INDEX; Schema: sample_of_format_1; Owner: -
--

CREATE INDEX entries_by_title ON sample_of_format_1.entries USING gin (COALESCE((folded ->> 'title'::text), lower(title)) public.gin_trgm_ops);


--
-- Name: entries_by_words; Type: INDEX; Schema: sample_of_format_1; Owner: -
--

CREATE INDEX entries_by_words ON sample_of_format_1.entries USING gin (words);


--
-- Name: entries_in_reading_order; Type: INDEX; Schema: sample_of_format_1; Owner: -
--

CREATE INDEX entries_in_reading_order ON sample_of_format_1.entries USING btree (SUBSTRING(sort_key FROM 1 FOR 1000));


--
-- Name: entries_without_words; Type: INDEX; Schema: sample_of_format_1; Owner: -
--

CREATE INDEX entries_without_words ON sample_of_format_1.entries USING btree (id) WHERE (words IS NULL);


--
-- Name: tags_by_tag; Type: INDEX; Schema: sample_of_format_1; Owner: -
--

CREATE INDEX tags_by_tag ON sample_of_format_1.tags USING btree ("left"(tag, 300));


--
-- Name: attributes attributes_entry_fkey; Type: FK CONSTRAINT; Schema: sample_of_format_1; Owner: -
--

ALTER TABLE ONLY sample_of_format_1.attributes
    ADD CONSTRAINT attributes_entry_fkey FOREIGN KEY (entry) REFERENCES sample_of_format_1.entries(id) ON DELETE CASCADE;


--
-- Name: contributors contributors_entry_fkey; Type: FK CONSTRAINT; Schema: sample_of_format_1; Owner: -
--

ALTER TABLE ONLY sample_of_format_1.contributors
    ADD CONSTRAINT contributors_entry_fkey FOREIGN KEY (entry) REFERENCES sample_of_format_1.entries(id) ON DELETE CASCADE;


--
-- Name: tags tags_entry_fkey; Type: FK CONSTRAINT; Schema: sample_of_format_1; Owner: -
--

ALTER TABLE ONLY sample_of_format_1.tags
    ADD CONSTRAINT tags_entry_fkey FOREIGN KEY (entry) REFERENCES sample_of_format_1.entries(id) ON DELETE CASCADE;


--
-- PostgreSQL database dump complete
--


