import Foundation
import JSONLogging
import Testing

@Suite struct LogSinkTests {
  @Test func writesEachLineToTheOutputsThatAcceptIt() throws {
    let scratch = try ScratchDirectory()
    let sink = try LogSink(outputs: [
      .file(scratch.path + "/all.log", name: "all", accepts: .all),
      .file(scratch.path + "/request.log", name: "request", accepts: .request),
      .file(scratch.path + "/error.log", name: "error", accepts: .error),
    ])
    sink.append(line("1"), channels: .request)
    sink.append(line("2"), channels: [.request, .error])
    sink.append(line("3"), channels: .system)
    #expect(sink.flush(timeout: .seconds(20)))
    #expect(try scratch.text("all.log") == "1\n2\n3\n")
    #expect(try scratch.text("request.log") == "1\n2\n")
    #expect(try scratch.text("error.log") == "2\n")
    #expect(
      sink.counts == [
        LogOutputCounts(name: "all", written: 3, dropped: 0),
        LogOutputCounts(name: "request", written: 2, dropped: 0),
        LogOutputCounts(name: "error", written: 1, dropped: 0),
      ])
  }

  @Test func losesNoLineAndMixesNoneBetweenThreads() async throws {
    let scratch = try ScratchDirectory()
    let sink = try LogSink(
      outputs: [.file(scratch.path + "/a.log", name: "a", accepts: .all)], capacityBytes: 64 << 20)
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          for index in 0..<2000 { sink.append(line("\(task) \(index)"), channels: .request) }
        }
      }
    }
    #expect(sink.flush(timeout: .seconds(20)))
    var next = [Int](repeating: 0, count: 8)
    for entry in try scratch.text("a.log").split(separator: "\n") {
      let parts = entry.split(separator: " ").compactMap { Int($0) }
      try #require(parts.count == 2)
      #expect(parts[1] == next[parts[0]], "the lines of one thread stay in order")
      next[parts[0]] += 1
    }
    #expect(next == [Int](repeating: 2000, count: 8))
  }

  @Test(.timeLimit(.minutes(1))) func aStalledReaderCostsLinesAndNeverTime() throws {
    let pipe = try Pipe()
    let sink = try LogSink(
      outputs: [.descriptor(pipe.writing, name: "stdout")], capacityBytes: 10_000, tags: 3)
    // Nobody ever reads: that the loop ends is the proof that nobody waits.
    let total = 5000
    for index in 0..<total {
      sink.append(
        line(String(repeating: "x", count: 100)), channels: .request, tag: index % 2 + 1)
    }
    #expect(sink.flush(timeout: .seconds(20)))
    let counts = sink.counts[0]
    #expect(counts.dropped > 0)
    #expect(counts.written + counts.dropped == UInt64(total))
    let byTag = (0..<3).map { sink.dropped(tag: $0, output: 0) }
    #expect(byTag[0] == 0)
    #expect(byTag[1] + byTag[2] == counts.dropped)
  }

  @Test func aLineCutByAStallIsContinuedBeforeTheNext() async throws {
    let pipe = try Pipe()
    let sink = try LogSink(outputs: [.descriptor(pipe.writing, name: "stdout")])
    var read: [UInt8] = []
    let long = String(repeating: "y", count: 200_000)
    sink.append(line("a" + long), channels: .system)
    // The pipe takes 64 KiB; the writer gives up on the rest and keeps it.
    #expect(try await eventually { sink.counts[0].written == 1 })
    sink.append(line("b"), channels: .system)
    let isWhole = try await eventually {
      read.append(contentsOf: pipe.drain())
      if sink.counts[0].written < 2 { sink.append(line("c"), channels: .system) }
      return sink.counts[0].written >= 2
    }
    #expect(isWhole)
    #expect(sink.flush(timeout: .seconds(20)))
    read.append(contentsOf: pipe.drain())
    let lines = String(decoding: read, as: UTF8.self).split(separator: "\n")
    #expect(lines.first.map(String.init) == "a" + long)
    #expect(lines.dropFirst().allSatisfy { $0 == "b" || $0 == "c" })
    #expect(lines.count == Int(sink.counts[0].written))
  }

  @Test func aClosedPipeIsCountedAndKillsNobody() throws {
    let scratch = try ScratchDirectory()
    let pipe = try Pipe()
    pipe.closeReading()
    let sink = try LogSink(outputs: [
      .descriptor(pipe.writing, name: "stdout"),
      .file(scratch.path + "/a.log", name: "a", accepts: .all),
    ])
    for index in 0..<10 { sink.append(line("\(index)"), channels: .system) }
    #expect(sink.flush(timeout: .seconds(20)))
    #expect(sink.counts[0] == LogOutputCounts(name: "stdout", written: 0, dropped: 10))
    #expect(sink.counts[1] == LogOutputCounts(name: "a", written: 10, dropped: 0))
  }

  @Test func aFullDiskIsCounted() throws {
    let sink = try LogSink(outputs: [.file("/dev/full", name: "full", accepts: .all)])
    sink.append(line("lost"), channels: .error)
    #expect(sink.flush(timeout: .seconds(20)))
    #expect(sink.counts[0] == LogOutputCounts(name: "full", written: 0, dropped: 1))
  }

  @Test func aPathThatCannotBeOpenedIsAnErrorAtOnce() throws {
    let scratch = try ScratchDirectory()
    #expect(throws: LogError.self) {
      _ = try LogSink(outputs: [
        .file(scratch.path + "/no/such/a.log", name: "a", accepts: .all)
      ])
    }
  }

  @Test func reopeningFollowsARename() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/a.log"
    let sink = try LogSink(outputs: [.file(path, name: "a", accepts: .all)])
    sink.append(line("before"), channels: .system)
    #expect(sink.flush(timeout: .seconds(20)))
    try FileManager.default.moveItem(atPath: path, toPath: scratch.path + "/moved.log")
    sink.append(line("still the old one"), channels: .system)
    #expect(sink.flush(timeout: .seconds(20)))
    sink.reopen()
    sink.append(line("after"), channels: .system)
    #expect(sink.flush(timeout: .seconds(20)))
    #expect(try scratch.text("moved.log") == "before\nstill the old one\n")
    #expect(try scratch.text("a.log") == "after\n")
  }

  @Test func aFullFileIsSetAsideCompressedAndTheOldestRemoved() async throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/request.log"
    // A compressor whose work can be seen: a head, the bytes, an end.
    let factory: LogCompressorFactory = {
      var isFirst = true
      return { chunk, isLast in
        defer { isFirst = false }
        return (isFirst ? Array("<".utf8) : []) + chunk + (isLast ? Array(">".utf8) : [])
      }
    }
    let sink = try LogSink(outputs: [
      .file(
        path, name: "request", accepts: .all, bytesMax: 10, kept: 2, compressor: factory)
    ])
    for index in 1...5 {
      sink.append(line("line \(index)a"), channels: .request)
      sink.append(line("line \(index)b"), channels: .request)
    }
    #expect(sink.flush(timeout: .seconds(20)))
    let expected = ["request.log", "request.log.000008.gz", "request.log.000009.gz"]
    #expect(try await eventually { scratch.names == expected }, "\(scratch.names)")
    #expect(try scratch.text("request.log") == "line 5b\n")
    #expect(try scratch.text("request.log.000008.gz") == "<line 4b\n>")
    #expect(try scratch.text("request.log.000009.gz") == "<line 5a\n>")
    #expect(sink.counts[0] == LogOutputCounts(name: "request", written: 10, dropped: 0))
  }

  @Test func aLineTornByAKillIsEnded() throws {
    let scratch = try ScratchDirectory()
    try Data("{\"torn\":".utf8).write(to: URL(fileURLWithPath: scratch.path + "/a.log"))
    let sink = try LogSink(
      outputs: [.file(scratch.path + "/a.log", name: "a", accepts: .all)])
    sink.append(line("{}"), channels: .system)
    #expect(sink.flush(timeout: .seconds(20)))
    #expect(try scratch.text("a.log") == "{\"torn\":\n{}\n")
  }

  @Test func aDirectoryHasOneWriter() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/logs"
    var first: LogDirectory? = try LogDirectory(path: path)
    #expect(first?.file("a.log") == path + "/a.log")
    #expect(throws: LogError.directoryLocked(path: path)) { _ = try LogDirectory(path: path) }
    first = nil
    _ = try LogDirectory(path: path)
  }
}
