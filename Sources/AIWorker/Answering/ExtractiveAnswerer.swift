package import Knowledge
package import WorkerAPI

/// Answers from the documents alone, without a model: it quotes and says where from.
///
/// ```swift
/// let answerer = ExtractiveAnswerer(index: KnowledgeIndex.standard)
/// let answer = answerer.answer("Quel est le montant de l'AAH ?")
/// // answer.text: "Le montant maximal de l'AAH est de 1 041,59 € par mois depuis le 1er avril…"
/// // answer.sources[0].slug: "aah-allocation-adultes-handicapes"
/// ```
///
/// The sentences that answer come first, in the order of what was asked ("quel âge et qui paie ?"),
/// then what stands around them, then who decides and pays and what to do next, then the source.
///
/// Invariants: every sentence about a right stands word for word in a document and is listed in
/// `quotes`; what is between says nothing about rights. It refuses medical advice, whatever the
/// documents hold; what the documents do not treat, it says so, without a source.
package struct ExtractiveAnswerer: Sendable {
  private let index: KnowledgeIndex
  /// Passages that sentences are taken from.
  private static let passagesMax = 12

  package init(index: KnowledgeIndex = .standard) { self.index = index }

  /// Answers a question; the user's turn before is taken in where the question goes on from it.
  /// Remembered facts add what the document says of them.
  package func answer(
    _ question: String, history: [ChatTurn] = [], memories: [String] = [], sourcesMax: Int = 3
  ) -> ExtractiveAnswer {
    switch HealthQuestion.judge(question) {
    case .distress: return ExtractiveAnswer(refusal: AnswerPhrases.distress)
    case .medical: return ExtractiveAnswer(refusal: AnswerPhrases.medical)
    case .none: break
    }
    var reading = index.read(question)
    var hits = index.search(reading, limit: Self.passagesMax)
    if let earlier = history.last(where: { $0.role == .user })?.content,
      FollowUp.goesOn(question, understood: !hits.isEmpty, subjects: reading.subjects)
    {
      reading = index.read(question, after: earlier)
      hits = index.search(reading, limit: Self.passagesMax)
    }
    guard let best = hits.first else {
      let isCovered = reading.scope == .uncovered
      let opening = isCovered ? AnswerPhrases.uncovered : AnswerPhrases.foreign
      return ExtractiveAnswer(
        refusal: AnswerPhrases.refusal(opening, documents: index.documents.map(\.title)),
        isOffTopic: !isCovered)
    }
    return compose(
      reading, hits: hits, best: best, about: PersonalSentences(memories: memories),
      sourcesMax: sourcesMax)
  }

  private func compose(
    _ reading: QuestionReading, hits: [PassageHit], best: PassageHit, about: PersonalSentences,
    sourcesMax: Int
  ) -> ExtractiveAnswer {
    let document = index.passages.filter { $0.slug == best.slug }
    var quotes = SentenceChoice(reading: reading, hits: hits, document: document)
    quotes.chooseDirect()
    let direct = quotes.chosen
    quotes.chooseAround()
    let opening = quotes.chosen
    let further = quotes.chooseFurther()
    var parts = [opening.joined(separator: " ")]
    if !further.isEmpty {
      parts.append(
        ([AnswerPhrases.goodToKnow] + further.map { "- \($0.heading) \($0.sentence)" })
          .joined(separator: "\n"))
    }
    let personal = about.choose(
      from: document, except: opening + further.map(\.sentence))
    if let part = AnswerPhrases.personal(personal, department: about.department) {
      parts.append(part)
    }
    if let source = index.documents.first(where: { $0.slug == best.slug }) {
      parts.append(AnswerPhrases.source(of: source))
    }
    parts.append(AnswerPhrases.closing)
    return ExtractiveAnswer(
      text: parts.joined(separator: "\n\n"),
      sources: sources(hits, best: best, quoted: direct.first, max: sourcesMax), isOffTopic: false,
      quotes: opening + further.map(\.sentence) + personal.map(\.sentence))
  }

  /// One source a document; those that hardly fit beside the best are left out.
  private func sources(
    _ hits: [PassageHit], best: PassageHit, quoted: String?, max: Int
  ) -> [ChatSource] {
    var seen: Set<String> = []
    return hits.filter { $0.score >= best.score * 0.5 && seen.insert($0.slug).inserted }
      .prefix(max).map { hit in
        // The first source shows the sentence that the answer opens with.
        let isQuoted = hit.slug == best.slug && quoted.map { !hit.excerpt.contains($0) } == true
        return ChatSource(
          slug: hit.slug, title: hit.title, url: hit.url,
          score: (hit.score * 1000).rounded() / 1000,
          excerpt: isQuoted ? quoted ?? hit.excerpt : hit.excerpt)
      }
  }
}
