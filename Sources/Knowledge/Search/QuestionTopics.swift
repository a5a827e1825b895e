#if canImport(Glibc)
  import Glibc
#else
  import Foundation
#endif

/// Whose matter a question is, as learned from questions: how likely each document answers it, and
/// how likely none of them does.
///
/// A softmax over the terms of a question, each weighed by its rarity. The weights are fitted on
/// the questions of `Tests/Questions` and on the documents, and written as text by
/// `ops/generate-knowledge --fit`; see decision 24.
package struct QuestionTopics: Sendable {
  /// What the model says of one question; all of it together is 1.
  package struct Reading: Sendable, Hashable {
    /// In the order of `slugs`.
    package let shares: [Double]
    /// None of the documents answers it.
    package let elsewhere: Double
  }

  package let slugs: [String]
  /// Weights of the signs of `Familiarity`, in their order, and last what speaks for none.
  package let gate: [Double]
  /// What is said without a word, for each of `slugs` and for none.
  private let bias: [Double]
  private let rarities: [String: Rarity]
  /// A row for each term.
  private let weights: [Float]

  private struct Rarity: Sendable {
    let row: Int
    let value: Double
  }

  /// The fitted model.
  package static let standard = QuestionTopics(reading: QuestionModel.text)

  /// A term and its weights, one for each document and one for none.
  package struct Term: Sendable {
    package let text: String
    package let rarity: Double
    package let weights: [Double]

    package init(text: String, rarity: Double, weights: [Double]) {
      self.text = text
      self.rarity = rarity
      self.weights = weights
    }
  }

  package init(slugs: [String], gate: [Double], bias: [Double], terms: [Term]) {
    self.slugs = slugs
    self.gate = gate
    self.bias = bias
    var rarities: [String: Rarity] = [:]
    var weights: [Float] = []
    for (row, term) in terms.enumerated() {
      rarities[term.text] = Rarity(row: row, value: term.rarity)
      weights += term.weights.map(Float.init)
    }
    self.rarities = rarities
    self.weights = weights
  }

  /// Empty terms, and those that were not seen while fitting, say nothing.
  package func read(_ terms: [String]) -> Reading {
    let known = terms.compactMap { rarities[$0] }
    let length = known.reduce(0) { $0 + $1.value * $1.value }.squareRoot()
    var sums = bias
    for term in known where length > 0 {
      let part = Float(term.value / length)
      let start = term.row * bias.count
      for column in bias.indices { sums[column] += Double(weights[start + column] * part) }
    }
    let most = sums.max() ?? 0
    let shares = sums.map { exp($0 - most) }
    let whole = shares.reduce(0, +)
    return Reading(
      shares: shares.dropLast().map { $0 / whole }, elsewhere: (shares.last ?? 1) / whole)
  }
}

// MARK: As text

extension QuestionTopics {
  /// A weight is one letter: its root, in steps of the largest one's.
  private static let steps = 44.0
  private static let middle: UInt8 = 79

  /// Lines: slugs; gate; bias; the largest weight; then terms with rarity and weights.
  package static func text(
    slugs: [String], gate: [Double], bias: [Double], terms: [Term]
  ) -> String {
    let most = terms.flatMap(\.weights).map(abs).max() ?? 1
    var lines = [
      slugs.joined(separator: " "), gate.map(rounded).joined(separator: " "),
      bias.map(rounded).joined(separator: " "), rounded(most),
    ]
    for term in terms {
      let letters = term.weights.map { weight -> UInt8 in
        let root = (abs(weight) / most).squareRoot() * steps
        return UInt8(Int(middle) + Int((weight < 0 ? -root : root).rounded()))
      }
      lines.append(
        "\(term.text) \(rounded(term.rarity)) \(String(decoding: letters, as: UTF8.self))")
    }
    return lines.joined(separator: "\n")
  }

  /// What `text(…)` wrote; without documents where it is no such text.
  package init(reading text: String) {
    let lines = text.split(separator: "\n")
    guard lines.count > 4, let most = Double(lines[3]) else {
      self.init(slugs: [], gate: [], bias: [], terms: [])
      return
    }
    let terms = lines.dropFirst(4).compactMap { line -> Term? in
      let parts = line.split(separator: " ")
      guard parts.count == 3, let rarity = Double(parts[1]) else { return nil }
      let weights = parts[2].utf8.map { letter -> Double in
        let root = Double(Int(letter) - Int(Self.middle)) / Self.steps
        return root * abs(root) * most
      }
      return Term(text: String(parts[0]), rarity: rarity, weights: weights)
    }
    func numbers(_ line: Substring) -> [Double] {
      line.split(separator: " ").compactMap { Double($0) }
    }
    self.init(
      slugs: lines[0].split(separator: " ").map(String.init), gate: numbers(lines[1]),
      bias: numbers(lines[2]), terms: terms)
  }

  private static func rounded(_ value: Double) -> String {
    String((value * 10_000).rounded() / 10_000)
  }
}
