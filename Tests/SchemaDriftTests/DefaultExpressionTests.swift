import Testing

@testable import SchemaDrift

@Suite("What the text of a DEFAULT tells")
struct DefaultExpressionTests {
  @Test(
    "the value of a constant",
    arguments: [
      ("'new'::text", "new"), ("'it''s'::character varying", "it's"), ("''::text", ""), ("42", "42"), ("1.50", "1.50"),
      ("'-5'::integer", "-5"), ("true", "t"), ("false", "f"), ("'{a,b}'::text[]", "{a,b}"),
      ("'x'::character varying(20)", "x"), ("'x'", "x"),
    ])
  func constants(expression: String, value: String) {
    #expect(DefaultExpression(expression).constantValue == value)
  }

  @Test(
    "nothing of what has to be evaluated",
    arguments: [
      "now()", "('a'::text || 'b'::text)", "'a'::text || 'b'::text", "nextval('s'::regclass)", "CURRENT_TIMESTAMP",
      "'open", "E'a\\\\b'::text", "", "1 + 2", "'2026-01-01'::date::timestamp", "NULL::text",
    ])
  func expressions(expression: String) { #expect(DefaultExpression(expression).constantValue == nil) }

  @Test("the sequence behind nextval")
  func sequences() {
    #expect(DefaultExpression("nextval('public.t_id_seq'::regclass)").sequence == "public.t_id_seq")
    #expect(
      DefaultExpression("nextval('\"My Schema\".\"it''s\"'::regclass)").sequence == "\"My Schema\".\"it's\"")
    #expect(DefaultExpression("nextval('a; DROP TABLE x'::regclass)").sequence == "\"a; DROP TABLE x\"")
    #expect(DefaultExpression("nextval('a'::regclass) + 1").sequence == nil)
    #expect(DefaultExpression("nextval('\"open'::regclass)").sequence == nil)
    #expect(DefaultExpression("now()").sequence == nil)
  }
}
