import Synchronization

/// The text of a stream on its way to the family: held until a sentence is whole, checked, told.
///
/// A fact never spans two sentences, so each can be judged by itself, and a family never sees what
/// is taken back.
final class CheckedText: GeminiTextSink {
  private struct State {
    var check: AnswerCheck
    var held: [Character] = []
    var told = ""
    var hasTold = false
  }

  /// A sentence that never ends is told at a space, once it is so long.
  private static let heldMax = 800
  private let state: Mutex<State>
  private let fresh: AnswerCheck
  private let emit: @Sendable (String) throws -> Void

  init(_ check: AnswerCheck, emit: @escaping @Sendable (String) throws -> Void) {
    fresh = check
    state = Mutex(State(check: check))
    self.emit = emit
  }

  var hasTold: Bool { state.withLock { $0.hasTold } }

  func restart() {
    state.withLock { state in
      guard !state.hasTold else { return }
      state = State(check: fresh)
    }
  }

  func add(_ text: String) throws {
    let ready = state.withLock { state -> String in
      state.held += Array(text)
      guard let end = Self.end(of: state.held) else { return "" }
      let sentence = String(state.held[..<end])
      state.held.removeFirst(end)
      return Self.tell(sentence, &state)
    }
    if !ready.isEmpty { try emit(ready) }
  }

  /// Tells what is held, and the note where one is due; the whole text and what was flagged.
  func finish() throws -> (text: String, check: AnswerCheck) {
    let (ready, text, check) = state.withLock { state -> (String, String, AnswerCheck) in
      var ready = Self.tell(String(state.held), &state)
      state.held = []
      if let note = state.check.note {
        ready += note
        state.told += note
      }
      return (ready, state.told, state.check)
    }
    if !ready.isEmpty { try emit(ready) }
    return (text, check)
  }

  private static func tell(_ sentence: String, _ state: inout State) -> String {
    let mended = state.check.mend(sentence)
    state.told += mended
    if !mended.isEmpty { state.hasTold = true }
    return mended
  }

  /// Where the last whole sentence ends; nil where none is whole.
  private static func end(of held: [Character]) -> Int? {
    var index = held.count - 2
    while index >= 0 {
      if held[index].isNewline { return index + 1 }
      if ".!?".contains(held[index]), held[index + 1].isWhitespace { return index + 2 }
      index -= 1
    }
    guard held.count > heldMax else { return nil }
    // Between two words that are no numbers, no fact is cut.
    index = held.count - 2
    while index > 0 {
      if held[index] == " ", held[index - 1].isLetter, held[index + 1].isLetter { return index + 1 }
      index -= 1
    }
    return nil
  }
}
