/// Finds passages of the knowledge base for a question, and knows when it knows nothing.
///
/// A passage is a paragraph under its heading. Ranking is BM25 (Robertson) over the stemmed terms
/// of paragraph, heading and title, the last two counted more. A term that no passage has is
/// matched to its nearest by shared trigrams, so that typing faults still find. A question whose
/// weight lies mostly in words that the base does not know has no hits: the answer is then
/// honestly « je ne sais pas », not the least bad passage.
///
/// ```swift
/// let index = KnowledgeIndex.standard
/// index.search("montant de l'aah", limit: 3).first?.slug
/// ```
///
/// Immutable, and searched without locks.
package struct KnowledgeIndex: Sendable {
  /// A passage found.
  package struct Hit: Sendable, Equatable {
    package let slug: String
    package let title: String
    package let url: String
    package let heading: String
    package let text: String
    /// 0 to 1; comparable within one search.
    package let score: Double
  }

  private struct Passage: Sendable {
    let document: Int
    let heading: String
    let text: String
    /// Weighted term frequencies.
    let terms: [String: Double]
    let length: Double
  }

  package let documents: [KnowledgeDocument]
  private let passages: [Passage]
  private let postings: [String: [Int]]
  private let trigrams: [String: Set<String>]
  private let averageLength: Double

  private static let headingWeight = 2.0
  private static let titleWeight = 1.0
  private static let saturation = 1.2
  private static let lengthEffect = 0.4
  /// Share of a question's weight that must be found.
  private static let coverageMin = 0.5
  private static let similarityMin = 0.55

  /// The documents that this build carries.
  package static let standard = KnowledgeIndex(
    DocumentTexts.all.compactMap { KnowledgeDocument(markdown: $0.text) })

  package init(_ documents: [KnowledgeDocument]) {
    self.documents = documents
    var passages: [Passage] = []
    for (number, document) in documents.enumerated() {
      let title = FrenchText.searchTerms(
        ([document.title] + document.keywords + document.aids).joined(separator: " "))
      for section in document.sections {
        let heading = FrenchText.searchTerms(section.heading)
        for paragraph in section.paragraphs {
          var terms: [String: Double] = [:]
          let body = FrenchText.searchTerms(paragraph)
          for term in body { terms[term, default: 0] += 1 }
          for term in heading { terms[term, default: 0] += Self.headingWeight }
          for term in Set(title) { terms[term, default: 0] += Self.titleWeight }
          passages.append(
            Passage(
              document: number, heading: section.heading, text: paragraph, terms: terms,
              length: Double(body.count + heading.count)))
        }
      }
    }
    self.passages = passages
    averageLength =
      passages.isEmpty ? 1 : passages.reduce(0) { $0 + $1.length } / Double(passages.count)
    var postings: [String: [Int]] = [:]
    for (number, passage) in passages.enumerated() {
      for term in passage.terms.keys { postings[term, default: []].append(number) }
    }
    self.postings = postings
    trigrams = postings.keys.reduce(into: [:]) { table, term in
      if term.count >= 4 { table[term] = Self.trigrams(of: term) }
    }
  }

  /// The best passages, best first; none where the base does not cover the question.
  package func search(_ question: String, limit: Int) -> [Hit] {
    var known: [(term: String, weight: Double)] = []
    var weight = 0.0
    var found = 0.0
    for term in Set(FrenchText.searchTerms(question)).sorted() {
      let own = idf(term)
      weight += own
      if postings[term] != nil {
        known.append((term, own))
        found += own
      } else if let near = nearest(to: term) {
        known.append((near.term, own * near.similarity))
        found += own * near.similarity
      }
    }
    guard weight > 0, found / weight >= Self.coverageMin else { return [] }
    var scores: [Int: Double] = [:]
    for (term, weight) in known {
      let idf = min(idf(term), weight)
      for number in postings[term] ?? [] {
        let passage = passages[number]
        let frequency = passage.terms[term] ?? 0
        let norm =
          1 - Self.lengthEffect + Self.lengthEffect * passage.length / averageLength
        scores[number, default: 0] +=
          idf * frequency * (Self.saturation + 1) / (frequency + Self.saturation * norm)
      }
    }
    // Full marks: every term of the question in one passage, often.
    let full = known.reduce(0) { $0 + $1.weight } * (Self.saturation + 1)
    let ranked = scores.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
    return ranked.prefix(limit).map { number, score in
      let passage = passages[number]
      let document = documents[passage.document]
      return Hit(
        slug: document.slug, title: document.title, url: document.url, heading: passage.heading,
        text: passage.text, score: min(1, score / full))
    }
  }

  /// The document of a slug.
  package func document(_ slug: String) -> KnowledgeDocument? {
    documents.first { $0.slug == slug }
  }

  /// Rare terms weigh more; an unknown one weighs as much as the rarest.
  private func idf(_ term: String) -> Double {
    let count = Double(postings[term]?.count ?? 0)
    let total = Double(passages.count)
    return max(0.1, log2((total - count + 0.5) / (count + 0.5) + 1))
  }

  private func nearest(to term: String) -> (term: String, similarity: Double)? {
    guard term.count >= 5, term.allSatisfy(\.isLetter) else { return nil }
    let own = Self.trigrams(of: term)
    var best: (term: String, similarity: Double)?
    for (candidate, grams) in trigrams where abs(candidate.count - term.count) <= 3 {
      let similarity = 2 * Double(own.intersection(grams).count) / Double(own.count + grams.count)
      if similarity >= Self.similarityMin, similarity > best?.similarity ?? 0
        || similarity == best?.similarity && candidate < best?.term ?? ""
      {
        best = (candidate, similarity)
      }
    }
    return best
  }

  private static func trigrams(of term: String) -> Set<String> {
    let letters = Array("_" + term + "_")
    return Set((0..<max(1, letters.count - 2)).map { String(letters[$0..<min(letters.count, $0 + 3)]) })
  }

  /// Changes with every letter of the documents; a part of the cache key.
  package var version: String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for document in documents {
      for byte in "\(document)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x0100_0000_01b3 }
    }
    return String(hash, radix: 16)
  }
}

/// Base-2 logarithm without Foundation: the exponent and a series are enough for ranking.
private func log2(_ value: Double) -> Double {
  guard value > 0 else { return 0 }
  let exponent = Double(value.exponent)
  let fraction = value.significand  // 1 ..< 2
  let ratio = (fraction - 1) / (fraction + 1)
  let square = ratio * ratio
  let series = ratio * (1 + square * (1 / 3.0 + square * (1 / 5.0 + square / 7)))
  return exponent + 2 * series / 0.693_147_180_559_945_3
}
