import Testing

@testable import LogicalReplication

@Suite("The life of a table")
struct TableStateMachineTests {
  /// Every state against every event: what is not listed is refused and changes nothing.
  private static let transitions: [TableState: [TableStateMachine.Event: TableState]] = [
    .pending: [.copyStarted: .copying, .copyFinished: .streaming, .stopped: .stopped],
    .copying: [.copyFinished: .streaming, .copiedAnew: .catchingUp, .stopped: .stopped],
    .catchingUp: [.caughtUp: .streaming, .stopped: .stopped],
    .streaming: [.copyStarted: .copying, .stopped: .stopped],
    .stopped: [.copyStarted: .copying, .stopped: .stopped, .resumed: .catchingUp],
  ]

  @Test("moves only along its transitions", arguments: TableState.allCases, TableStateMachine.Event.allCases)
  func transition(state: TableState, event: TableStateMachine.Event) {
    var machine = TableStateMachine(state: state)
    if let next = Self.transitions[state]?[event] {
      #expect(throws: Never.self) { try machine.handle(event) }
      #expect(machine.state == next)
    } else {
      #expect(throws: TableStateMachine.IllegalTransition(state: state, event: event)) { try machine.handle(event) }
      #expect(machine.state == state)
    }
  }

  @Test("only a streaming table's changes are applied")
  func destinations() {
    for state in TableState.allCases {
      #expect((state.destination == .apply) == (state == .streaming))
    }
  }
}
