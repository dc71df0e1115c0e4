/// The only source of chance of a walk: the same seed makes the same walk on every machine (SplitMix64).
struct WalkRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x2545_f491_4f6c_dd1d &+ 0x9e37_79b9_7f4a_7c15 }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }

  /// True in so many of a hundred cases.
  mutating func chance(_ percent: Int) -> Bool { number(0...99) < percent }

  /// A number of the range. (The standard library does not promise to draw the same one in its next version.)
  mutating func number(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.count))
  }

  /// One of them.
  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[number(0...elements.count - 1)] }

  /// One of them, each as often as its weight says.
  mutating func pick<Element>(weighted elements: [(weight: Int, element: Element)]) -> Element {
    var place = number(0...elements.reduce(0) { $0 + $1.weight } - 1)
    for (weight, element) in elements {
      if place < weight { return element }
      place -= weight
    }
    preconditionFailure("a place below the sum of the weights lies in one of them")
  }
}
