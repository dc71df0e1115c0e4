/// A walk found something that must not be.
struct WalkFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
