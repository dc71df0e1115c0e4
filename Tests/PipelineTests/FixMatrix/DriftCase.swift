import Foundation

/// One way in which the two schemas drift apart, as data: what both sides have, what happens, and how it ends.
///
/// `{t}` stands for the table's name, and begins the names of types and other objects that belong to the case.
struct DriftCase: Sendable {
  /// What is expected after the printed fix and `resume`.
  enum Ending: Sendable, Equatable {
    /// Both sides are equal, rows that exist already included.
    case equal
    /// Rows that exist already need to be read again: `status` names the column until then.
    case stale(String)
    /// No statement can do it: the message offers these words (`resync`, …).
    case offers(String)
  }

  /// What it is, in letters that can be a table's name.
  var name: String
  /// What both sides have at first.
  var schema = """
    CREATE TABLE {t} (id int PRIMARY KEY, a text, b numeric(10,2))
    """
  /// The rows that the source has at first; the first copy brings them to the target.
  var rows = "INSERT INTO {t} SELECT g, 'a' || g, g * 1.5 FROM generate_series(1, 5) g"
  /// The DDL on the source.
  var drift = ""
  /// The DDL on the target, if it is the target that drifts.
  var targetDrift = ""
  /// What the source writes then: at least one row with a value that is not NULL in what is new.
  var change: String
  /// The reason code with which the table stops; nil: it goes on.
  var reason: String?
  var ending = Ending.equal
  /// The same for an operator who acts without the fix, where that is not as good.
  var endingByHand: Ending?
  /// The table's name afterwards, as SQL text.
  var after = "public.{t}"
  /// What an operator would run on the target without a look at the fix; nil: the source's DDL. Empty: there is nothing of
  /// the kind.
  var byHand: String?
  /// False if the table's keys cannot be counted up to have every row sent again.
  var isTouched = true
  /// False where the schemas differ in the end, and why does not matter to the rows.
  var comparesSchemas = true

  /// The same with the placeholder filled in.
  func named(_ table: String) -> DriftCase {
    var result = self
    let fill = { (text: String) in text.replacingOccurrences(of: "{t}", with: table) }
    result.name = table
    result.schema = fill(schema)
    result.rows = fill(rows)
    result.drift = fill(drift)
    result.targetDrift = fill(targetDrift)
    result.change = fill(change)
    result.after = fill(after)
    result.byHand = byHand.map(fill)
    return result
  }

  /// What is run on the target in the pass where the operator acts without the fix; nil: there is no such pass.
  var handwork: String? {
    let sql = byHand ?? drift
    return sql.isEmpty || reason == nil ? nil : sql
  }
}
