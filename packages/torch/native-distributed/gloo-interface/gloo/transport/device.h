#pragma once
#include <gloo/interface.h>
