/// Counts the words of the documents, once.
struct IndexBuilder {
  private(set) var passages: [Passage] = []
  private(set) var owners: [Int] = []
  /// Every word that the documents and the lexicon have.
  private(set) var words = FrenchLexicon.words
  private(set) var postings: [String: [KnowledgeIndex.Posting]] = [:]
  private(set) var subjects: [String: [KnowledgeIndex.Posting]] = [:]
  private(set) var weights: [String: Double] = [:]
  /// What families say in several words, by the first of them: see `Saying`.
  private(set) var sayings: [String: [Saying]] = [:]

  /// Terms of each passage, and of each document, with what they count.
  private var counts: [[String: Double]] = []
  private var documentCounts: [[String: Double]] = []
  /// In how many passages a term stands; a document's everyday words are one passage more.
  private var found: [String: Int] = [:]

  private enum Boost {
    static let heading = 2.0
    static let title = 1.5
    /// In a document as a whole.
    static let documentTitle = 5.0
    static let everyday = 5.0
    /// Of a word of the text, each time.
    static let text = 0.8
  }
  private static let saturation = 1.2
  private static let documentSaturation = 2.0
  private static let lengthPart = 0.6

  init(_ documents: [KnowledgeDocument]) {
    for (place, document) in documents.enumerated() { add(document, at: place) }
    postings = Self.postings(counts, saturation: Self.saturation)
    subjects = Self.postings(documentCounts, saturation: Self.documentSaturation)
    let total = Double(passages.count + documents.count)
    weights = found.mapValues { ((total - Double($0) + 0.5) / (Double($0) + 0.5) + 1).logarithm }
  }

  private mutating func add(_ document: KnowledgeDocument, at place: Int) {
    let title = FrenchText.searchTerms(document.title)
    words.formUnion(FrenchText.words(document.title))
    var whole: [String: Double] = [:]
    for term in title { whole[term, default: 0] += Boost.documentTitle }
    var everyday: Set<String> = []
    for phrase in document.everyday {
      words.formUnion(FrenchText.words(phrase))
      let terms = FrenchText.searchTerms(phrase)
      everyday.formUnion(terms)
      if let saying = Saying(terms), everyday.insert(saying.term).inserted {
        if found[saying.term] == nil { sayings[terms[0], default: []].append(saying) }
      }
    }
    for term in everyday {
      whole[term, default: 0] += Boost.everyday
      found[term, default: 0] += 1
    }
    for section in document.sections {
      let terms = add(section, of: document, title: title, at: place)
      for (term, count) in terms { whole[term, default: 0] += count * Boost.text }
    }
    documentCounts.append(whole)
  }

  /// Adds a passage; returns how often its terms stand in its text and heading.
  private mutating func add(
    _ section: KnowledgeDocument.Section, of document: KnowledgeDocument, title: [String],
    at place: Int
  ) -> [String: Double] {
    let heading = FrenchText.searchTerms(section.heading)
    words.formUnion(FrenchText.words(section.heading))
    var plain: [String: Double] = [:]
    let sentences = section.paragraphs.flatMap(Sentences.split).map { text in
      let terms = FrenchText.searchTerms(text)
      for term in terms { plain[term, default: 0] += 1 }
      words.formUnion(FrenchText.words(text))
      return Passage.Sentence(text: text, terms: Set(terms))
    }
    var boosted = plain
    for term in heading {
      boosted[term, default: 0] += Boost.heading
      plain[term, default: 0] += 1
    }
    for term in title { boosted[term, default: 0] += Boost.title }
    for term in boosted.keys { found[term, default: 0] += 1 }
    passages.append(
      Passage(
        slug: document.slug, title: document.title, url: document.url, heading: section.heading,
        headingTerms: Set(heading), sentences: sentences))
    owners.append(place)
    counts.append(boosted)
    return plain
  }

  private static func postings(
    _ counts: [[String: Double]], saturation: Double
  ) -> [String: [KnowledgeIndex.Posting]] {
    let lengths = counts.map { $0.values.reduce(0, +) }
    let mean = max(1, lengths.reduce(0, +) / Double(max(1, lengths.count)))
    var postings: [String: [KnowledgeIndex.Posting]] = [:]
    for (place, terms) in counts.enumerated() {
      let length = 1 - lengthPart + lengthPart * lengths[place] / mean
      for (term, count) in terms {
        postings[term, default: []].append(
          KnowledgeIndex.Posting(place: place, share: count / (count + saturation * length)))
      }
    }
    return postings
  }
}
