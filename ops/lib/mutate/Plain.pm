package Plain;
# Damage that any file can have. A part is [offset, size, name, offset of what it lies in]: a box, an element, a packet
# or a page; a file of another format offers slices of 188 bytes.
use strict;
use warnings;
use Chance;

sub part {
    my ($bytes, @parts) = @_;
    return one_of(@parts) if @parts;
    my $at = 188 * random(int(length($$bytes) / 188) + 1);
    my $size = length($$bytes) - $at;
    return [$at, $size < 188 ? $size : 188, 'slice', -1];
}

sub kinds {
    return (
        [cut_at_part => sub { my ($b, @x) = @_; my $p = part($b, @x); $$b = substr $$b, 0, $p->[0]; "at $p->[0], before $p->[2]" }],
        [cut_after_head => sub { my ($b, @x) = @_; my $p = part($b, @x); $$b = substr $$b, 0, $p->[0] + 8; "8 bytes into $p->[2] at $p->[0]" }],
        [cut_in_part => sub {
            my ($b, @x) = @_; my $p = part($b, @x); my $at = $p->[0] + random($p->[1]);
            $$b = substr $$b, 0, $at; "at $at, inside $p->[2]"
        }],
        [cut_last_byte => sub { my ($b) = @_; my $n = 1 + random(4); $n = length $$b if $n > length $$b; substr($$b, -$n) = '' if $n; "last $n bytes" }],
        [cut_to_head => sub { my ($b) = @_; my $at = random(64); $$b = substr $$b, 0, $at; "to $at bytes" }],
        [flipped_head => sub { my ($b) = @_; flip($b, 0, 64, 1 + random(4)) }],
        [flipped_part => sub { my ($b, @x) = @_; my $p = part($b, @x); flip($b, $p->[0], $p->[1], 1 + random(24)) }],
        [flipped_anywhere => sub { my ($b) = @_; flip($b, 0, length $$b, 1 + random(400)) }],
        [swapped_parts => sub {
            my ($b, @x) = @_; my $p = part($b, @x);
            my @others = grep { $_->[3] == $p->[3] && $_->[0] != $p->[0] } @x;
            my $q = @others ? one_of(@others) : part($b);
            ($p, $q) = ($q, $p) if $p->[0] > $q->[0];
            return 'nothing to swap' if $p->[0] + $p->[1] > $q->[0];
            my ($one, $two) = (substr($$b, $p->[0], $p->[1]), substr($$b, $q->[0], $q->[1]));
            substr($$b, $q->[0], $q->[1]) = $one;
            substr($$b, $p->[0], $p->[1]) = $two;
            "$p->[2] at $p->[0] and $q->[2] at $q->[0]"
        }],
        [zeroed_range => sub { my ($b) = @_; my ($at, $n) = span($b); substr($$b, $at, $n) = "\0" x $n; "$n bytes at $at" }],
        [repeated_range => sub { my ($b) = @_; my ($at, $n) = span($b); put_in($b, $at, substr $$b, $at, $n); "$n bytes at $at" }],
        [removed_range => sub { my ($b) = @_; my ($at, $n) = span($b); cut_out($b, $at, $n); "$n bytes at $at" }],
    );
}
1;
