/// The knowledge base, searchable: from a family's words to the passages that answer them.
///
/// ```swift
/// let index = KnowledgeIndex.standard
/// let hits = index.search("Combien je touche avec laah ?", limit: 3)
/// // hits[0].slug == "aah-allocation-adultes-handicapes", hits[0].score ≈ 0.9
/// index.search("Comment faire une pâte à pizza ?", limit: 3)          // empty: it does not know
/// ```
///
/// Ranking is BM25 over passages with three fields (text, heading, title), on the terms of
/// `FrenchText.searchTerms`; words with slips are read by `Vocabulary`. What a passage scores is
/// then held against what the whole question weighs, unknown words included: that part, from 0 to
/// 1, is the score told outside, and below a threshold there is no hit. A question that names a
/// subject is answered from the documents of that subject or not at all.
///
/// Invariants: built once, immutable, no clock; the same question finds the same passages in the
/// same order; work is bounded by the question's first 2000 words and 48 different terms.
package struct KnowledgeIndex: Sendable {
  /// Changes with every word of the documents, every amount, and the way questions are read.
  package let version: String
  package let documents: [KnowledgeDocument]
  package let passages: [Passage]
  let vocabulary: Vocabulary
  let postings: [String: [Posting]]
  /// The same for whole documents, with the words that families use for what they treat.
  let subjects: [String: [Posting]]
  /// For each passage, the place of its document.
  let owners: [Int]
  let weights: [String: Double]
  let sayings: [String: [Saying]]
  let slugs: Set<String>

  /// A term's part in one passage, or in one document.
  struct Posting: Sendable {
    let place: Int
    /// Saturated frequency, from 0 to about 1: `tf / (tf + k)`.
    let share: Double
  }

  /// Raise it when the reading of questions changes what is answered.
  private static let readingVersion = "4"

  /// The index of the documents that are compiled in. One that cannot be read is missing in it: a
  /// test holds that all can.
  package static let standard = KnowledgeIndex(documents: KnowledgeDocument.readable())

  package init(documents: [KnowledgeDocument]) {
    let built = IndexBuilder(documents)
    self.documents = documents
    slugs = Set(documents.map(\.slug))
    passages = built.passages
    owners = built.owners
    vocabulary = Vocabulary(built.words)
    postings = built.postings
    subjects = built.subjects
    weights = built.weights
    sayings = built.sayings
    version = Self.version(of: documents)
  }

  /// FNV-1a over everything that an answer may quote: not against forgery, but against staleness.
  private static func version(of documents: [KnowledgeDocument]) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ text: String) {
      for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      hash = (hash ^ 0xFF) &* 0x100_0000_01b3
    }
    add(readingVersion)
    for document in documents {
      for text in [document.slug, document.title, document.updated, document.validFrom] {
        add(text)
      }
      for text in document.everyday { add(text) }
      for source in document.sources {
        for text in [source.name, source.reference, source.url ?? ""] { add(text) }
      }
      for section in document.sections {
        add(section.heading)
        for paragraph in section.paragraphs { add(paragraph) }
      }
    }
    for amount in ReferenceAmounts.all {
      for text in [
        amount.name, amount.text, amount.validFrom ?? "", amount.validUntil ?? "",
        amount.status.rawValue,
      ] { add(text) }
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

}
