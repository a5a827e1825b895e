import LoadTest
import Synchronization

/// Draws the live view over itself on standard error.
final class LiveScreen: Sendable {
  private struct State {
    var view: LiveView
    var height = 0
  }

  private let state: Mutex<State>

  init(title: String) { state = Mutex(State(view: LiveView(title: title))) }

  func show(_ progress: Progress) {
    state.withLock { state in
      let lines = state.view.lines(progress)
      let text = Self.erase(state.height) + lines.map { $0 + "\n" }.joined()
      state.height = lines.count
      Terminal.write(text, to: .error)
    }
  }

  /// Takes what was drawn away again.
  func clear() {
    state.withLock { state in
      if state.height > 0 { Terminal.write(Self.erase(state.height), to: .error) }
      state.height = 0
    }
  }

  /// Up so many lines, and nothing from there on.
  private static func erase(_ height: Int) -> String {
    height > 0 ? "\u{1b}[\(height)A\u{1b}[J" : ""
  }
}
