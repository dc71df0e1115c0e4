/// All samples of one metric, with what a reader has to know of it.
public struct MetricFamily: Sendable {
  /// What the figures are, in the words of the text format.
  public enum Kind: String, Sendable {
    /// It only grows, until the process ends.
    case counter
    /// It goes up and down.
    case gauge
    /// Counts of observations by size.
    case histogram
    /// Neither word fits the name that it has to have.
    case untyped
  }

  /// A figure.
  enum Figure: Sendable {
    case whole(Int64)
    case real(Double)
    case histogram(Histogram)
  }

  /// A figure and the labels that tell it from the others.
  struct Sample: Sendable {
    var labels: [MetricLabel]
    var figure: Figure
  }

  /// The metric's name.
  public let name: String
  /// What it is.
  public let kind: Kind
  /// What it tells, in one sentence.
  public let help: String
  private(set) var samples: [Sample] = []
  private var seen: Set<[[UInt8]]> = []

  /// Begins a family without samples.
  public init(_ name: String, _ kind: Kind, _ help: String) {
    self.name = name
    self.kind = kind
    self.help = help
  }

  /// Adds a sample with a whole figure.
  public mutating func add(_ labels: [MetricLabel] = [], _ figure: Int64) { add(labels, .whole(figure)) }

  /// Adds 1 for yes, 0 for no.
  public mutating func add(_ labels: [MetricLabel] = [], flag: Bool) { add(labels, .whole(flag ? 1 : 0)) }

  /// Adds a sample with any figure.
  public mutating func add(_ labels: [MetricLabel] = [], _ figure: Double) { add(labels, .real(figure)) }

  /// Adds a histogram.
  public mutating func add(_ labels: [MetricLabel] = [], _ histogram: Histogram) { add(labels, .histogram(histogram)) }

  /// A reader takes two samples with the same labels for an error, and drops them all: the first one counts.
  private mutating func add(_ labels: [MetricLabel], _ figure: Figure) {
    guard seen.insert(labels.map { Array($0.value.utf8) }).inserted else { return }
    samples.append(Sample(labels: labels, figure: figure))
  }
}
