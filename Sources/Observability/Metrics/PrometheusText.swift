/// Metrics in Prometheus' text format, version 0.0.4.
///
/// Described in <https://prometheus.io/docs/instrumenting/exposition_formats/>.
public enum PrometheusText {
  /// The media type to serve it with.
  public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  /// The families one after the other; `common` labels come before the others on every sample.
  public static func render(_ families: [MetricFamily], common: [MetricLabel]) -> String {
    var text = ""
    let prefix = common.map(\.text)
    for family in families {
      text += "# HELP \(family.name) \(escaped(help: family.help))\n# TYPE \(family.name) \(family.kind.rawValue)\n"
      for sample in family.samples {
        let labels = prefix + sample.labels.map(\.text)
        switch sample.figure {
        case .whole(let figure): append(&text, family.name, labels, String(figure))
        case .real(let figure): append(&text, family.name, labels, number(figure))
        case .histogram(let histogram): append(&text, family.name, labels, histogram)
        }
      }
    }
    return text
  }

  private static func append(_ text: inout String, _ name: String, _ labels: [String], _ figure: String) {
    text += name
    if !labels.isEmpty { text += "{" + labels.joined(separator: ",") + "}" }
    text += " " + figure + "\n"
  }

  private static func append(_ text: inout String, _ name: String, _ labels: [String], _ histogram: Histogram) {
    var total: Int64 = 0
    for (index, count) in histogram.counts.enumerated() {
      total += count
      let bound = index < histogram.bounds.count ? number(histogram.bounds[index]) : "+Inf"
      append(&text, name + "_bucket", labels + ["le=\"\(bound)\""], String(total))
    }
    append(&text, name + "_sum", labels, number(histogram.sum))
    append(&text, name + "_count", labels, String(total))
  }

  /// A figure as the format has it; the words for what is no ordinary number are Go's.
  static func number(_ figure: Double) -> String {
    if figure.isNaN { return "NaN" }
    if figure.isInfinite { return figure < 0 ? "-Inf" : "+Inf" }
    if figure == figure.rounded(), figure.magnitude < 1e15 { return String(Int64(figure)) }
    return String(figure)
  }

  private static func escaped(help: String) -> String {
    help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
  }
}
