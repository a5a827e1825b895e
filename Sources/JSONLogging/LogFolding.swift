/// Folds what fails again and again into one line a window: "412 times in 10 s".
///
/// The first of its kind is written at once; those that follow within the window are counted, and
/// the window's end gives one line with their number. While they go on, each window gives one line;
/// after a window without any, the next is a first again.
///
/// | event | no window open | window open |
/// | --- | --- | --- |
/// | occurred | write, open a window | count |
/// | due, nothing counted | - | close |
/// | due, some counted | - | say how many, open the next |
///
/// A value type with time passed in as monotonic nanoseconds. Kinds are bounded: one beyond the
/// bound is written, never lost.
package struct LogFolding<Kind: Hashable & Sendable>: Sendable {
  /// What to do with an occurrence.
  package enum Action: Sendable, Equatable {
    /// Write it.
    case write
    /// It is counted.
    case fold
  }

  /// Occurrences of one kind that were not written.
  package struct Folded: Sendable {
    /// What occurred.
    package let kind: Kind
    /// How often, those written left out.
    package let count: Int
    /// Within how long.
    package let nanoseconds: UInt64
  }

  private struct Window {
    var began: UInt64
    var count = 0
  }

  private let windowNanoseconds: UInt64
  private let kindsMax: Int
  private var windows: [Kind: Window] = [:]
  /// No window ends before this.
  private var nextEnd = UInt64.max

  /// Occurrences folded so far, of all kinds.
  package private(set) var foldedTotal: UInt64 = 0

  /// Windows of ten seconds for at most 256 kinds at once.
  package init(windowNanoseconds: UInt64 = 10_000_000_000, kindsMax: Int = 256) {
    self.windowNanoseconds = max(1, windowNanoseconds)
    self.kindsMax = kindsMax
  }

  /// It happened; call `due` first, so that a window that is over does not go on counting.
  package mutating func occurred(_ kind: Kind, now: UInt64) -> Action {
    if let window = windows[kind] {
      windows[kind] = Window(began: window.began, count: window.count + 1)
      foldedTotal += 1
      return .fold
    }
    if windows.count < kindsMax {
      windows[kind] = Window(began: now)
      nextEnd = min(nextEnd, now &+ windowNanoseconds)
    }
    return .write
  }

  /// The windows that are over and counted something.
  package mutating func due(now: UInt64) -> [Folded] {
    now < nextEnd ? [] : close(now: now) { now >= $0 }
  }

  /// Every window that counted something, over or not: for the end of the program.
  package mutating func all(now: UInt64) -> [Folded] {
    close(now: now) { _ in true }
  }

  private mutating func close(now: UInt64, where isOver: (_ end: UInt64) -> Bool) -> [Folded] {
    var folded: [Folded] = []
    var earliest = UInt64.max
    for (kind, window) in windows {
      var end = window.began &+ windowNanoseconds
      if isOver(end) {
        guard window.count > 0 else {
          windows[kind] = nil
          continue
        }
        let elapsed = now > window.began ? now - window.began : 0
        folded.append(Folded(kind: kind, count: window.count, nanoseconds: elapsed))
        windows[kind] = Window(began: now)
        end = now &+ windowNanoseconds
      }
      earliest = min(earliest, end)
    }
    nextEnd = earliest
    return folded
  }
}
