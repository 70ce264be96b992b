package Transport;
# Damage to MPEG transport streams: packets of 188 bytes; tables with a checksum, which is made anew so that the damage comes
# to whoever reads them; and the timestamps. ISO/IEC 13818-1, 2.4.
use strict;
use warnings;
use Chance;

sub recognises { my ($bytes) = @_; return length $$bytes > 188 && substr($$bytes, 0, 1) eq 'G' && substr($$bytes, 188, 1) eq 'G' }
# A packet as [offset, 188, name, -1, pid, offset of its payload, begins a unit].
sub outline {
    my ($bytes) = @_;
    my (@packets, %tables);
    for (my $at = 0; $at + 188 <= length $$bytes; $at += 188) {
        my ($sync, $second, $control) = unpack 'C n C', substr $$bytes, $at, 4;
        last if $sync != 0x47;
        my $payload = $at + 4;
        $payload += 1 + ord substr $$bytes, $payload, 1 if $control & 0x20;
        my ($pid, $begins) = ($second & 0x1fff, $second & 0x4000);
        my $name = $pid == 0 || $tables{$pid} ? 'table' : $begins && substr($$bytes, $payload, 3) eq "\0\0\1" ? 'unit' : 'packet';
        # The programs of the first table name where the second ones are.
        if ($pid == 0 && $begins) {
            my $first = $payload + 1 + ord(substr $$bytes, $payload, 1) + 8;
            for (my $entry = $first; $entry + 8 <= $at + 188 && $entry < $first + 40; $entry += 4) {
                my ($program, $where) = unpack 'n2', substr $$bytes, $entry, 4;
                last if $program == 0xffff;
                $tables{ $where & 0x1fff } = 1 if $program;
                last;
            }
        }
        push @packets, [$at, 188, $name, -1, $pid, $payload, $begins];
    }
    return @packets;
}
my @table = map { my $c = $_ << 24; $c = $c & 0x80000000 ? (($c << 1) ^ 0x04c11db7) & 0xffffffff : ($c << 1) & 0xffffffff for 1 .. 8; $c } 0 .. 255;
sub crc { my $c = 0xffffffff; $c = (($c << 8) & 0xffffffff) ^ $table[($c >> 24) ^ $_] for unpack 'C*', $_[0]; return $c }

# On packets of one name.
sub on {
    my ($name, $damage) = @_;
    return sub {
        my ($b, @x) = @_;
        my @fitting = grep { ($name eq '' || $_->[2] eq $name) && $_->[5] < $_->[0] + 188 } @x;
        return @fitting ? $damage->($b, one_of(@fitting), @x) : "no $name";
    };
}
# On a table's section, the same in every packet that carries it, so that no whole one follows; sealed if there is room.
sub on_table {
    my ($damage) = @_;
    return on('table', sub {
        my ($b, $p, @x) = @_;
        my $start = $p->[5] + 1 + ord substr $$b, $p->[5], 1;
        return 'no section' unless $p->[6] && $start + 12 < $p->[0] + 188;
        my $section = substr $$b, $start, $p->[0] + 188 - $start;
        my $done = $damage->(\$section, $p->[4]);
        my $end = 3 + (unpack('n', substr $section, 1, 2) & 0xfff) - 4;
        substr($section, $end, 4) = pack 'N', crc(substr $section, 0, $end) if $end > 3 && $end + 4 <= length $section;
        for my $q (grep { $_->[4] == $p->[4] && $_->[6] } @x) {
            my $at = $q->[5] + 1 + ord substr $$b, $q->[5], 1;
            my $room = $q->[0] + 188 - $at;
            substr($$b, $at, $room) = substr $section, 0, $room if $room >= length $section;
        }
        "$done, table of pid $p->[4]"
    });
}

sub kinds {
    return (
        [lost_sync => on('', sub { my ($b, $p) = @_; substr($$b, $p->[0], 1) = chr random(256); "packet at $p->[0]" })],
        [shifted_packets => on('', sub { my ($b, $p) = @_; my $n = 1 + random(187); random(2) ? put_in($b, $p->[0], 'G' x $n) : cut_out($b, $p->[0], $n); "by $n bytes at $p->[0]" })],
        [changed_pid => on('', sub { my ($b, $p, @x) = @_; my $pid = one_of(0, 1, 0x11, 0x1fff, $x[random(scalar @x)][4], random(0x2000)); substr($$b, $p->[0] + 1, 2) = pack 'n', ($p->[6] ? 0x4000 : 0) | $pid; "packet at $p->[0] is of $pid" })],
        [changed_counter => on('', sub { my ($b, $p) = @_; my $c = ord substr $$b, $p->[0] + 3, 1; substr($$b, $p->[0] + 3, 1) = chr(($c & 0xf0) | random(16)); "packet at $p->[0]" })],
        [changed_control => on('', sub { my ($b, $p) = @_; my $c = ord substr $$b, $p->[0] + 3, 1; substr($$b, $p->[0] + 3, 1) = chr(($c & 15) | (random(16) << 4)); "packet at $p->[0]" })],
        [wild_adaptation => on('', sub {
            my ($b, $p) = @_; my ($length, $flags) = (one_of(0, 1, 7, 182, 183, 184, 255), random(256));
            my $c = ord substr $$b, $p->[0] + 3, 1; substr($$b, $p->[0] + 3, 3) = chr($c | 0x20) . chr($length) . chr $flags;
            "$length bytes with flags $flags at $p->[0]"
        })],
        [wild_clock => on('', sub {
            my ($b, $p) = @_; my $c = ord substr $$b, $p->[0] + 3, 1;
            substr($$b, $p->[0] + 3, 9) = chr($c | 0x30) . chr(7) . chr(0x10) . one_of("\0" x 6, "\xff" x 6, pack 'Nn', random(1 << 30), random(1 << 16));
            "at $p->[0]"
        })],
        [missed_begin => on('unit', sub { my ($b, $p) = @_; my $s = unpack 'n', substr $$b, $p->[0] + 1, 2; substr($$b, $p->[0] + 1, 2) = pack 'n', $s ^ 0x4000; "unit at $p->[0]" })],
        [wild_unit_length => on('unit', sub { my ($b, $p) = @_; my $n = wild_integer(2); substr($$b, $p->[5] + 4, 2) = pack 'n', $n; "$n bytes at $p->[0]" })],
        [wild_unit_head => on('unit', sub { my ($b, $p) = @_; my $n = random(256); substr($$b, $p->[5] + 6 + random(3), 1) = chr $n; "$n at $p->[0]" })],
        [changed_stream_id => on('unit', sub { my ($b, $p) = @_; my $n = one_of(0xbc, 0xbd, 0xbe, 0xbf, 0xc0, 0xe0, 0xf0, 0xff, random(256)); substr($$b, $p->[5] + 3, 1) = chr $n; "$n at $p->[0]" })],
        [wild_timestamp => on('unit', sub {
            my ($b, $p) = @_; return 'no room' if $p->[5] + 19 > $p->[0] + 188;
            my $t = one_of(0, 1, (1 << 33) - 1, 1 << 32, random(1 << 30)); my $lead = ord(substr $$b, $p->[5] + 9, 1) & 0xf0;
            substr($$b, $p->[5] + 9, 5) = pack 'C n n', $lead | (($t >> 29) & 14) | 1, (($t >> 14) & 0xfffe) | 1, (($t << 1) & 0xfffe) | 1;
            "$t at $p->[0]"
        })],
        [scrambled => on('', sub { my ($b, $p, @x) = @_; for my $q (grep { $_->[4] == $p->[4] } @x) { my $c = ord substr $$b, $q->[0] + 3, 1; substr($$b, $q->[0] + 3, 1) = chr($c | 0xc0) } "pid $p->[4]" })],
        [flipped_payload => on('packet', sub { my ($b, $p) = @_; flip($b, $p->[5], $p->[0] + 188 - $p->[5], 1 + random(40)) })],
        [wild_table => on_table(sub { my ($s, $pid) = @_; my $at = random(length($$s) < 60 ? length $$s : 60); substr($$s, $at, 1) = chr one_of(0, 1, 0x7f, 0x80, 0xff, random(256)); "byte $at" })],
        [wild_table_length => on_table(sub { my ($s) = @_; my $n = one_of(0, 1, 4, 9, 13, 1021, 4093, 4095, random(4096)); substr($$s, 1, 2) = pack 'n', 0xb000 | $n; "$n bytes" })],
        [foreign_stream_type => on_table(sub {
            my ($s, $pid) = @_; return 'programs' if $pid == 0;
            my $at = 12 + (unpack('n', substr $$s, 10, 2) & 0xfff); return 'no stream' if $at + 5 > length $$s;
            my $type = one_of(1, 2, 3, 4, 6, 0x0f, 0x10, 0x11, 0x15, 0x1b, 0x24, 0x42, 0x80, 0x81, 0x82, 0x86, 0x87, 0xea, random(256));
            substr($$s, $at, 1) = chr $type; "the first stream is of type $type"
        })],
        [many_streams => on_table(sub {
            my ($s, $pid) = @_; my $room = length($$s) - 16; my $entry = $pid == 0 ? 4 : 5; my $n = int($room / $entry); return 'no room' if $n < 2;
            my $list = '';
            $list .= $pid == 0 ? pack 'n2', $_, 0xe000 | (0x100 + random(0x1e00)) : pack 'C n n', one_of(1, 2, 3, 6, 0x0f, 0x1b, 0x24), 0xe000 | (0x100 + random(0x1e00)), 0xf000 for 1 .. $n;
            my $head = $pid == 0 ? 8 : 12; substr($$s, 10, 2) = pack 'n', 0xf000 if $pid;
            substr($$s, $head, length $list) = $list; substr($$s, 1, 2) = pack 'n', 0xb000 | ($head - 3 + length($list) + 4); "$n streams"
        })],
        [stale_checksum => on('table', sub { my ($b, $p) = @_; flip($b, $p->[5], $p->[0] + 188 - $p->[5], 1 + random(4)) })],
        [doubled_packets => on('', sub { my ($b, $p) = @_; my $n = 188 * (1 + random(40)); $n = 188 if $p->[0] + $n > length $$b; put_in($b, $p->[0], substr($$b, $p->[0], $n) x (1 + random(20))); "$n bytes at $p->[0]" })],
        [removed_packets => on('', sub { my ($b, $p) = @_; my $n = 188 * (1 + random(60)); cut_out($b, $p->[0], $n); "$n bytes at $p->[0]" })],
        [removed_tables => sub { my ($b, @x) = @_; my $n = 0; for my $p (reverse grep { $_->[2] eq 'table' } @x) { cut_out($b, $p->[0], 188); $n++ } "$n packets" }],
    );
}
1;
