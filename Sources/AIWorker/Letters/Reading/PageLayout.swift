/// The words of a page with their places, from a PDF's text or from character recognition.
struct PageLayout: Sendable {
  /// A word and its box; y grows downwards.
  struct Word: Sendable, Equatable {
    var text: String
    var left: Double
    var top: Double
    var right: Double
    var bottom: Double

    var height: Double { bottom - top }
    var middle: Double { (top + bottom) / 2 }
  }

  /// Words that stand together, with no gap wider than words of one text have.
  struct Cell: Sendable, Equatable {
    var words: [Word]

    var text: String { words.map(\.text).joined(separator: " ") }
    var left: Double { words.first?.left ?? 0 }
    var right: Double { words.last?.right ?? 0 }
    var top: Double { words.map(\.top).min() ?? 0 }
    var bottom: Double { words.map(\.bottom).max() ?? 0 }
    var middle: Double { (top + bottom) / 2 }
  }

  /// Lines of words in reading order, paragraphs apart.
  var paragraphs: [[[Word]]] = []

  /// The text in reading order: cells of a line apart by a tab, lines by a line's end.
  var flow: String {
    let gap = gapMax
    return paragraphs.map { lines in
      lines.map { line in Self.cells(line, gap).map(\.text).joined(separator: "\t") }
        .joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  /// The page as rows of cells, from top to bottom: what stands side by side is in one row, in
  /// whatever order it was read.
  var rows: [[Cell]] {
    let gap = gapMax
    let words = paragraphs.joined().joined().sorted { $0.middle < $1.middle }
    var rows: [[Word]] = []
    for word in words {
      if let last = rows.last, let first = last.first,
        abs(word.middle - last.map(\.middle).reduce(0, +) / Double(last.count))
          < min(word.height, first.height) * 0.6
      {
        rows[rows.count - 1].append(word)
      } else {
        rows.append([word])
      }
    }
    return rows.map { Self.cells($0.sorted { $0.left < $1.left }, gap) }
  }

  /// The widest gap within a cell, in heights of its letters: wider than this page's words usually
  /// stand apart, as photographs and justified lines have them.
  private var gapMax: Double {
    let gaps = paragraphs.joined().flatMap { line in
      zip(line, line.dropFirst()).map { word, next in
        (next.left - word.right) / max(1, max(word.height, next.height))
      }
    }.filter { $0 > 0 }.sorted()
    guard !gaps.isEmpty else { return 0.9 }
    return max(0.9, min(3, gaps[gaps.count / 2] * 2.2))
  }

  /// Splits a line where a gap is wider than a cell's words have.
  private static func cells(_ line: [Word], _ gapMax: Double) -> [Cell] {
    var cells: [Cell] = []
    for word in line {
      if let last = cells.last?.words.last,
        word.left - last.right < max(word.height, last.height) * gapMax, word.left >= last.left
      {
        cells[cells.count - 1].words.append(word)
      } else {
        cells.append(Cell(words: [word]))
      }
    }
    return cells
  }
}
