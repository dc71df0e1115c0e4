import Testing

@testable import Observability

@Suite("Prometheus' text format")
struct MetricsTextTests {
  @Test("a family has its help, its type and its samples, the common labels first")
  func family() {
    var family = MetricFamily("m_total", .counter, "A back\\slash and\na line.")
    family.add([MetricLabel("b", "2")], Int64(7))
    family.add([MetricLabel("b", "3")], 0.5)
    #expect(
      PrometheusText.render([family], common: [MetricLabel("a", "1")]) == """
        # HELP m_total A back\\\\slash and\\na line.
        # TYPE m_total counter
        m_total{a="1",b="2"} 7
        m_total{a="1",b="3"} 0.5

        """)
    #expect(PrometheusText.render([MetricFamily("g", .gauge, "None.")], common: []).hasSuffix("# TYPE g gauge\n"))
  }

  @Test(
    "a label's value may be anything",
    arguments: [
      ("plain", "plain"), ("", ""), ("a\"b", "a\\\"b"), ("a\\b", "a\\\\b"), ("a\nb", "a\\nb"), ("a\r\nb", "a\r\\nb"),
      ("{x=\"1\"} 2", "{x=\\\"1\\\"} 2"), ("e\u{301}\u{E9}", "e\u{301}\u{E9}"), ("😀,}", "😀,}"),
      ("\\\"\n", "\\\\\\\"\\n"),
    ])
  func escaping(value: String, written: String) {
    #expect(Array(MetricLabel("n", value).text.utf8) == Array("n=\"\(written)\"".utf8))
  }

  @Test(
    "figures are written as a reader of the format parses them",
    arguments: [
      (0.0, "0"), (-1.0, "-1"), (0.1, "0.1"), (1e-7, "1e-07"), (1e20, "1e+20"), (.infinity, "+Inf"),
      (-.infinity, "-Inf"), (.nan, "NaN"), (123_456_789.0, "123456789"),
    ])
  func numbers(figure: Double, written: String) { #expect(PrometheusText.number(figure) == written) }

  @Test("the same labels stand there once, and names that only look alike are two")
  func duplicates() {
    var family = MetricFamily("g", .gauge, "G.")
    for (value, figure) in [("e\u{301}", 1), ("\u{E9}", 2), ("e\u{301}", 3)] as [(String, Int64)] {
      family.add([MetricLabel("t", value)], figure)
    }
    let lines = PrometheusText.render([family], common: []).split(separator: "\n").dropFirst(2)
    #expect(lines.count == 2 && lines.last?.hasSuffix(" 2") == true && lines.first?.hasSuffix(" 1") == true)
  }

  @Test("a histogram's buckets add up, and an observation on a bound belongs below it")
  func histogram() {
    var histogram = Histogram(bounds: [0.1, 1])
    for value in [0.05, 0.1, 0.5, 1, 3, -2, .nan, .infinity] { histogram.observe(value) }
    var family = MetricFamily("h", .histogram, "H.")
    family.add([MetricLabel("x", "y")], histogram)
    #expect(
      PrometheusText.render([family], common: []) == """
        # HELP h H.
        # TYPE h histogram
        h_bucket{x="y",le="0.1"} 3
        h_bucket{x="y",le="1"} 5
        h_bucket{x="y",le="+Inf"} 6
        h_sum{x="y"} 4.65
        h_count{x="y"} 6

        """)
  }
}
