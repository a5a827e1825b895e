/// The words of a page with their places, from a PDF's text or from character recognition.
struct PageLayout: Sendable {
  /// A word and its box; y grows downwards.
  struct Word: Sendable {
    var text: String
    var left: Double
    var top: Double
    var right: Double
    var bottom: Double

    var height: Double { bottom - top }
    var middle: Double { (top + bottom) / 2 }
  }

  /// Words that stand together, with no gap wider than words of one text have.
  struct Cell: Sendable {
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
    paragraphs.map { lines in
      lines.map { line in Self.cells(line).map(\.text).joined(separator: "\t") }
        .joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  /// The page as rows of cells, from top to bottom: what stands side by side is in one row, in
  /// whatever order it was read.
  var rows: [[Cell]] {
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
    return rows.map { Self.cells($0.sorted { $0.left < $1.left }) }
  }

  /// Splits a line where a gap is wider than its letters are high.
  static func cells(_ line: [Word]) -> [Cell] {
    var cells: [Cell] = []
    for word in line {
      if let last = cells.last?.words.last,
        word.left - last.right < max(word.height, last.height) * 0.9, word.left >= last.left
      {
        cells[cells.count - 1].words.append(word)
      } else {
        cells.append(Cell(words: [word]))
      }
    }
    return cells
  }
}
