/// The stored form of a movement's trace and field.
///
/// ```
/// trace:  varint    steps
///         until all are there:
///         varint    steps in which nothing moves
///         varint    steps that are written out
///         8 each    of these: two codes a byte, the first low, each plus 8
/// field:  4         steps
///         4         bytes
///         bytes     as `MovementField` has them
/// ```
///
/// Runs are as long as they can be, so that every trace has one form: 32 bytes a second at most.
package enum MovementCoding {
    static let stepBytes = MovementTrace.cells / 2

    package static func encode(_ trace: MovementTrace) -> [UInt8] {
        var writer = ByteWriter()
        write(trace, to: &writer)
        return writer.bytes
    }

    /// - Throws: where the bytes are not exactly one trace.
    package static func decode(_ bytes: [UInt8]) throws(FingerprintError) -> MovementTrace {
        var reader = ByteReader(bytes, bytes.indices)
        let trace = try readTrace(from: &reader)
        guard reader.remaining == 0 else {
            throw FingerprintError(.malformed, "\(reader.remaining) bytes of movement are left over")
        }
        return trace
    }

    static func write(_ trace: MovementTrace, to body: inout ByteWriter) {
        precondition(trace.steps <= FingerprintLimits.movementSteps, "\(trace.steps) steps of movement")
        body.varint(UInt32(trace.steps))
        let cells = MovementTrace.cells
        func isStill(_ step: Int) -> Bool { trace.codes[step * cells..<(step + 1) * cells].allSatisfy { $0 == 0 } }
        var step = 0
        while step < trace.steps {
            let moving = (step..<trace.steps).first { !isStill($0) } ?? trace.steps
            let end = (moving..<trace.steps).first(where: isStill) ?? trace.steps
            body.varint(UInt32(moving - step))
            body.varint(UInt32(end - moving))
            for place in stride(from: moving * cells, to: end * cells, by: 2) {
                body.integer(UInt8(trace.codes[place] + 8) | UInt8(trace.codes[place + 1] + 8) << 4)
            }
            step = end
        }
    }

    static func readTrace(from body: inout ByteReader) throws(FingerprintError) -> MovementTrace {
        func malformed(_ step: Int) -> FingerprintError {
            FingerprintError(.malformed, "no valid movement from step \(step)")
        }
        let steps = Int(try body.varint())
        guard steps <= FingerprintLimits.movementSteps else {
            throw FingerprintError(.overLimit, "\(steps) steps of movement")
        }
        var codes: [Int8] = []
        codes.reserveCapacity(steps * MovementTrace.cells)
        var step = 0
        while step < steps {
            let still = Int(try body.varint()), moving = Int(try body.varint())
            guard still + moving <= steps - step, still > 0 || step == 0, moving > 0 || still == steps - step,
                still + moving > 0
            else { throw malformed(step) }
            guard moving * stepBytes <= body.remaining else {
                throw FingerprintError(
                    .truncated, "\(moving) steps of movement cannot fit into \(body.remaining) bytes")
            }
            codes += repeatElement(0, count: still * MovementTrace.cells)
            for _ in 0..<moving {
                var isStill = true
                for _ in 0..<stepBytes {
                    let byte = try body.integer(UInt8.self)
                    let (first, second) = (Int8(byte & 15) - 8, Int8(byte >> 4) - 8)
                    guard first >= -MovementTrace.codeMax, second >= -MovementTrace.codeMax else {
                        throw malformed(step)
                    }
                    isStill = isStill && byte == 0x88
                    codes.append(first)
                    codes.append(second)
                }
                guard !isStill else { throw malformed(step) }
            }
            step += still + moving
        }
        return MovementTrace(codes: codes)
    }

    static func write(_ field: MovementField, to body: inout ByteWriter) {
        precondition(field.steps <= FingerprintLimits.movementFieldSteps, "\(field.steps) steps of movement")
        body.integer(UInt32(field.steps))
        body.integer(UInt32(field.bytes.count))
        body.raw(field.bytes)
    }

    /// The steps themselves are looked at where they are asked for: `MovementField.levels`.
    static func readField(from body: inout ByteReader) throws(FingerprintError) -> MovementField {
        let steps = Int(try body.integer(UInt32.self)), count = Int(try body.integer(UInt32.self))
        guard steps <= FingerprintLimits.movementFieldSteps else {
            throw FingerprintError(.overLimit, "\(steps) fine steps of movement")
        }
        guard count <= body.remaining else {
            throw FingerprintError(.truncated, "\(count) bytes of movement cannot fit into \(body.remaining)")
        }
        let field = MovementField(steps: steps, bytes: try body.raw(count))
        _ = try field.levels()
        return field
    }
}
