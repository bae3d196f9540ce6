"""How real sources behave, quirk by quirk, and the tests that show it handled. Samples are our own."""

import ast
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
BY_KIND = "spiders/readers/test_by_kind.py"
GOLDEN = "spiders/readers/test_feed_golden.py::test_a_sample_gives_what_is_written_beside_it"
HERE = "spiders/test_quirks.py"

QUIRKS: Mapping[str, tuple[str, ...]] = {
    "RSS with title, link and date only (president's office)": (
        f"{HERE}::test_an_official_entry_that_is_a_title_is_always_read", GOLDEN,  # title_only.xml
    ),
    "RSS 1.0 with dates in dc:date (a cabinet's RDF)": (GOLDEN,),  # rdf.xml
    "an aggregator's description repeats the title": (
        f"{BY_KIND}::test_google_news_gives_the_publisher_and_a_clean_title",
    ),
    "description only, or the whole text in content:encoded": (GOLDEN,),  # rss2_plain.xml, rss2_modules.xml
    "an entry is given again with a later date after each edit": (
        "monitor/test_reissues.py::test_an_edit_that_brings_the_step_is_told",
        "monitor/test_reissues.py::test_what_was_edited_since_the_last_good_visit_is_told_from_the_rest",
        f"{HERE}::test_an_id_that_holds_the_time_of_the_edit_is_no_new_entry",
    ),
    "no id, or one that changes": (
        "storage/test_entries.py::test_a_seen_story_under_a_new_id_or_address_is_not_new",
        "spiders/test_urls.py::test_keys_survive_twins_and_tracking",
        "spiders/test_urls.py::test_title_and_day_survive_a_new_id_and_address",
    ),
    "one id for all entries": (
        "spiders/test_urls.py::test_one_id_for_all_items_does_not_make_them_one", GOLDEN,  # same_guid.xml
    ),
    "relative links, and a listing that mixes www and bare hosts": (
        f"{BY_KIND}::test_a_listing_without_one_date_keeps_the_others_in_place",
        f"{BY_KIND}::test_links_of_a_listing_mean_its_base_element",
        f"{HERE}::test_relative_links_mean_the_address_after_redirects",
    ),
    "a list of links beside a list of dates, one date missing": (
        f"{BY_KIND}::test_a_listing_without_one_date_keeps_the_others_in_place",
    ),
    "the host has moved for good": (
        "spiders/test_hostile_web.py::test_only_permanent_redirects_propose_a_new_address",
        "monitor/test_told_of_trouble.py::test_each_trouble_is_told_once_with_what_to_do",
    ),
    "a feed service sends readers of a dead feed to a page": (
        f"{HERE}::test_a_feed_that_redirects_to_a_page_is_no_feed_without_news",
    ),
    "a list so short that entries fall out between two visits": (
        "monitor/test_catchup.py::test_older_pages_are_read_until_one_lists_what_is_known",
        "monitor/test_catchup.py::test_a_feed_without_pages_is_filled_from_the_sitemap",
        "monitor/test_schedule.py::test_an_official_source_is_never_left_longer",
    ),
    "200 with HTML where a feed was": (
        "spiders/test_hostile_web.py::test_a_bad_habit_ends_in_the_failure_that_names_it",
    ),
    "200 with a few bytes, or with none": (f"{HERE}::test_a_body_of_a_few_bytes_is_a_failure",),
    "200 with a captcha or challenge": (
        f"{BY_KIND}::test_a_wall_is_a_refusal_whatever_was_expected",
        "spiders/readers/test_page.py::test_a_wall_is_a_refusal",
    ),
    "202 with an empty body (a bot wall)": (
        "spiders/test_hostile_web.py::test_a_bad_habit_ends_in_the_failure_that_names_it",
        f"{HERE}::test_an_empty_202_is_a_failure_whoever_sent_it",
    ),
    "a frozen feed": (
        "monitor/test_watchdog.py::test_longer_silent_than_expected_is_stale",
        "monitor/test_watchdog.py::test_the_rhythm_is_learnt_and_generous",
    ),
    "fewer entries than there should be": (
        "monitor/test_watchdog.py::test_fewer_entries_than_expected_three_times_is_thin",
    ),
    "errors of transport that a feed parser would hide": (
        "spiders/test_hostile_web.py::test_a_bad_habit_ends_in_the_failure_that_names_it",
    ),
    "malformed XML": (GOLDEN,),  # broken_cut.xml, broken_junk.xml, undeclared_prefix.xml
    "windows-1251 and Shift_JIS, declared or not, and wrong declarations": (
        GOLDEN,  # lies_windows1251.xml, shift_jis.xml
        "spiders/readers/test_charset.py::test_a_header_that_wrongly_says_utf8_does_no_harm",
        "spiders/readers/test_charset.py::test_the_prolog_is_believed_where_it_fits",
    ),
    "a date of first sight instead of publication": (
        f"{BY_KIND}::test_gdelt_names_the_publisher_and_only_when_it_saw_the_page",
        f"{HERE}::test_when_a_page_was_crawled_is_not_when_it_was_published",
    ),
    "old pages that a search engine shows as new": (
        "monitor/test_register.py::test_a_discovery_source_never_tells_alone",
        "monitor/test_register.py::test_a_step_long_past_told_as_new_goes_to_review_as_late",
    ),
    "a date in the future": (f"{HERE}::test_a_date_in_the_future_is_taken_for_now",),
    "a date without a zone": (
        "spiders/readers/test_dates.py::test_a_date_without_zone_is_in_the_zone_of_its_source",
    ),
    "another language than the source's": (
        f"{HERE}::test_the_text_decides_its_language_and_not_the_source",
        "spiders/readers/test_page.py::test_a_language_claim_against_the_script_is_dropped",
    ),
    "a term of office in the address": (
        "monitor/test_told_of_trouble.py::test_every_failure_has_an_advice_of_its_own",
        "monitor/test_watchdog.py::test_a_refusal_is_told_at_the_second_with_what_to_do",
    ),
    "a feed without a title, or with one that says nothing": (
        f"{HERE}::test_an_article_bears_the_publishers_name_and_not_the_feeds_title",
    ),
    "sitemaps: packed, by month, with the news namespace": (
        f"{BY_KIND}::test_a_news_sitemap_plain_and_packed",
        f"{BY_KIND}::test_a_sitemap_index_leads_to_its_newest_sitemap",
    ),
    "http only": ("spiders/test_tls.py::test_a_redirect_from_https_down_to_http_is_refused",),
    "a broken chain of certificates": (
        "spiders/test_tls.py::test_an_unknown_authority_is_refused",
        "spiders/test_tls.py::test_a_wrong_certificate_is_refused",
    ),
    "undocumented JSON, in a string, in an attribute, in a script": (
        f"{BY_KIND}::test_json_in_a_string_keyed_by_date",
        f"{BY_KIND}::test_a_json_search_with_a_link_template",
        f"{BY_KIND}::test_a_json_answer_of_another_shape_is_a_failure",
        f"{HERE}::test_json_that_a_page_keeps_is_read_by_its_selector",
    ),
    "a hub that pushes": (
        "monitor/websub/test_pushed.py::test_a_push_brings_the_news_long_before_the_next_poll",
    ),
    "twins: http and https, www, mobile, AMP, print, tracking": (
        "spiders/test_urls.py::test_every_spelling_has_one_canonical_form",
        "spiders/test_urls.py::test_two_articles_are_never_merged",
        f"{HERE}::test_twins_of_two_sources_are_one_article",
    ),
    "a PDF behind a page that says little": (
        "monitor/test_attachments.py::test_the_pdf_behind_a_thin_official_page_tells_of_the_step",
    ),
}  # fmt: skip


@cache
def _tests_in(file: str) -> frozenset[str]:
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("quirk", QUIRKS)
def test_a_quirk_has_tests_that_exist(quirk: str) -> None:
    for named in QUIRKS[quirk]:
        file, _, test = named.partition("::")
        assert test in _tests_in(file), named
