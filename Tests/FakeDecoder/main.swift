import CSandbox
import DecodeWire
import Foundation
import Frames
import Glibc
import Records

// A decoder that lies. What it does is the name it was started under, for instance `fake-garbage`:
// the supervisor hands it neither arguments nor an environment.

let manner = URL(fileURLWithPath: CommandLine.arguments[0]).lastPathComponent
let socket: Int32 = 3

var hello = DecoderHello(libraries: ["libfake 1"], sandbox: .full, landlockABI: 7, hasSeccomp: true, sandboxErrno: 0)
if manner == "fake-future" { hello.version = 99 }
if manner == "fake-quitter" { exit(3) }
if manner == "fake-mute" { while true { pause() } }
try Messages.send(manner == "fake-stranger" ? Array("hello?".utf8) : [UInt8](CanonicalJSON.encode(hello)), over: socket)

func say(_ bytes: [UInt8]) { unsafe bytes.withUnsafeBytes { _ = unsafe write(1, $0.baseAddress, $0.count) } }

func answer(_ json: String, blob: [UInt8] = []) {
    say(AnswerFrame.preamble(.full) + AnswerFrame.header(jsonBytes: json.utf8.count, blobBytes: blob.count))
    say(Array(json.utf8) + blob)
}

func child() -> Int32 {
    switch manner {
    case "fake-silent": return 0
    case "fake-garbage":
        say(AnswerFrame.preamble(.full) + (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 7919) })
    case "fake-huge":
        say(AnswerFrame.preamble(.full))
        while true { say(Array(repeating: 65, count: 1 << 16)) }
    case "fake-sleeper": while true { pause() }
    case "fake-empty-result": answer(#"{"outcome":{"kind":"complete","reason":"ok","sentence":""}}"#)
    case "fake-fingerprint":
        answer(
            #"{"outcome":{"kind":"complete","reason":"ok","sentence":""},"fingerprints":{"video_frames":1,"#
                + #""video_version":"1","audio_peaks":0,"audio_version":"1","bytes":4}}"#, blob: [1, 2, 3, 4])
    case "fake-progress":
        let marks = [
            ProgressMark(decoded: 1.5, claimed: 60), ProgressMark(decoded: -4, claimed: 60),
            ProgressMark(decoded: 1e12, claimed: nil), ProgressMark(decoded: 2.25, claimed: 1e12),
        ]
        say(AnswerFrame.preamble(.full))
        for mark in marks {
            say(Array(mark.encoded().prefix(5)))
            usleep(20_000)
            say(Array(mark.encoded().dropFirst(5)))
            usleep(20_000)
        }
        let json = Array(#"{"outcome":{"kind":"refused","reason":"over_limit_pixels","sentence":"Too large."}}"#.utf8)
        say(AnswerFrame.header(jsonBytes: json.count, blobBytes: 0) + json)
    case "fake-endless-progress":
        say(AnswerFrame.preamble(.full))
        while true { say(ProgressMark(decoded: 1, claimed: nil).encoded()) }
    case "fake-refusal": answer(#"{"outcome":{"kind":"refused","reason":"over_limit_pixels","sentence":"Too large."}}"#)
    case "fake-pictures": answer(#"{"pictures":[{"width":2,"height":2}]}"#, blob: Array(0..<11))
    case "fake-spectrogram":
        answer(#"{"outcome":{"kind":"complete","reason":"ok","sentence":""}}"#, blob: Array(0..<11))
    case "fake-photo":
        answer(
            #"{"outcome":{"kind":"complete","reason":"ok","sentence":""},"photo":{"format":"png_pipe","width":2,"#
                + #""height":2,"pdq":"a picture","quality":100}}"#)
    case "fake-unconfined":
        say(AnswerFrame.preamble(.none))
        return ChildExit.noSandbox
    case "fake-hungry":
        // Pages that are really there, until somebody ends it.
        say(AnswerFrame.preamble(.full))
        while true { unsafe memset(malloc(1 << 20), 1, 1 << 20) }
    case "fake-stubborn": return ChildExit.badRequest
    case "fake-quiet-failure": return 7
    default: return 70
    }
    return 0
}

while true {
    var request = try Messages.receive(max: DecodeRequest.bytesMax, from: socket)
    if manner == "fake-deserter" { exit(0) }
    guard let media = request.first.take(), let result = request.second.take() else { exit(1) }
    let pid = moire_fork()
    if pid == 0 {
        dup2(result.raw, 1)
        _ = moire_close_from(3)
        _exit(child())
    }
    _ = consume media
    _ = consume result
    let pidfd = moire_pidfd_open(pid)
    // One that passes no pidfd, as on an old kernel.
    try Messages.send(
        ZygoteReport.started(pid: pid).encoded(), descriptors: manner == "fake-sleeper" ? [] : [pidfd],
        over: socket)
    close(pidfd)
    var ending = moire_ending()
    _ = unsafe moire_wait(pid, &ending)
    let report = ChildEnding(
        exitCode: ending.signal == 0 ? ending.exit_code : nil,
        signal: ending.signal == 0 ? nil : ending.signal, cpuSeconds: 0, peakBytes: 0)
    try Messages.send(ZygoteReport.ended(report).encoded(), over: socket)
}
