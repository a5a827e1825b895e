/// Writes answers that look like a model's: sentences of the prompt's own passages that fit the
/// question, with their numbers, between a word of sympathy and one of help. The same prompt always
/// has the same answer.
struct AnswerWriter {
  private let prompt: PromptPassages
  private var random: RandomSource

  init(_ request: GenerateRequest) {
    prompt = PromptPassages(request.lastTurn)
    random = RandomSource(request.text)
  }

  private static let openings = [
    "Je comprends que ces démarches puissent sembler lourdes, et vous faites bien de demander.",
    "Merci pour votre question, elle est importante.",
    "Vous n'êtes pas seul dans ces démarches, voici ce que je peux vous dire.",
    "C'est une question que beaucoup de familles se posent.",
  ]
  private static let closings = [
    "Si votre situation est différente, dites-m'en plus et je chercherai avec vous.",
    "N'hésitez pas à me redemander si un point n'est pas clair.",
    "La MDPH de votre département peut aussi vous accompagner.",
  ]
  private static let unknown =
    "Je n'ai pas trouvé de réponse à cette question dans mes fiches. "
    + "La MDPH de votre département ou votre CAF pourront vous renseigner."

  /// The text of an answer.
  mutating func text() -> String {
    let chosen = choose(2 + Int(random.next() % 3))
    let opening = Self.openings[Int(random.next() % UInt64(Self.openings.count))]
    guard !chosen.isEmpty else { return opening + " " + Self.unknown }
    let body = chosen.map { Self.cited($0.sentence, $0.passage) }.joined(separator: " ")
    let closing = Self.closings[Int(random.next() % UInt64(Self.closings.count))]
    return opening + "\n\n" + body + "\n\n" + closing
  }

  /// The reference before the mark that ends the sentence.
  private static func cited(_ sentence: String, _ passage: Int) -> String {
    guard let last = sentence.last, ".!?".contains(last) else { return "\(sentence) [\(passage)]" }
    return "\(sentence.dropLast()) [\(passage)]\(last)"
  }

  /// The sentences that share most words with the question, in the order of the prompt.
  private func choose(_ count: Int) -> [(passage: Int, sentence: String)] {
    let asked = PromptPassages.words(prompt.question)
    var found: [(passage: Int, place: Int, score: Double, sentence: String)] = []
    for (passage, block) in prompt.passages.enumerated() {
      for (place, sentence) in PromptPassages.sentences(block.text).enumerated() {
        let shared = PromptPassages.words(sentence).intersection(asked).count
        let score = Double(shared) - 0.3 * Double(passage) - 0.1 * Double(place)
        found.append((passage, place, score, sentence))
      }
    }
    return found.sorted { $0.score > $1.score }.prefix(count)
      .sorted { ($0.passage, $0.place) < ($1.passage, $1.place) }
      .map { (prompt.passages[$0.passage].number, $0.sentence) }
  }

  /// The pieces of a stream: some words each, the first one short.
  mutating func pieces(of text: String) -> [String] {
    var pieces: [String] = []
    var current = ""
    var wanted = 4
    for character in text {
      current.append(character)
      guard current.count >= wanted, character.isWhitespace else { continue }
      pieces.append(current)
      current = ""
      wanted = 20 + Int(random.next() % 60)
    }
    if !current.isEmpty { pieces.append(current) }
    return pieces
  }

  /// Tokens of thinking, within what the request allows.
  mutating func thoughts(max: Int?) -> Int {
    let liked = 40 + Int(random.next() % 240)
    return min(max ?? liked, liked)
  }
}
